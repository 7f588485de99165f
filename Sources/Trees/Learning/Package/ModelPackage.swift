import Crypto
import Glibc
import JSON
import Platform

/// A model in a directory of its own: `package.json`, the forest's file as its library writes it, and `card.md`.
///
/// It is written once and never changed: beside its place, then renamed into it. Every file's SHA-256 is in
/// `package.json`, whose own SHA-256 names the package.
public struct ModelPackage: Sendable {
    public let manifest: PackageManifest
    /// The forest's file.
    public let forest: [UInt8]
    /// What was known when the training ended; empty when the manifest names no file for it.
    public let past: [UInt8]
    /// The isolation forest's file; empty when the manifest names none.
    public let isolation: [UInt8]
    /// The SHA-256 of `package.json`.
    public let fingerprint: String

    static let manifestName = "package.json"
    static let cardName = "card.md"
    static let largestManifest = 256 << 20
    static let largestForest = 1 << 30

    /// Completes the manifest with the files' fingerprints.
    public init(
        _ draft: PackageManifest, forest: [UInt8], past: [UInt8] = [], isolation: [UInt8] = []
    ) throws(LearningError) {
        var manifest = draft
        let others = [manifest.origin?.pastFile, manifest.isolation?.file].compactMap(\.self)
        let names = [manifest.forestFile, Self.cardName, Self.manifestName] + others
        guard names.allSatisfy(Self.isFileName), Set(names).count == names.count else {
            throw LearningError(.badParameter, names.joined(separator: ", "))
        }
        manifest.files = Self.files(manifest, forest, past, isolation).map { name, bytes in
            .init(name: name, bytes: bytes.count, sha256: SHA256.hash(bytes).hexadecimal)
        }
        (self.manifest, self.forest, self.past, self.isolation) = (manifest, forest, past, isolation)
        fingerprint = SHA256.hash(Self.text(of: manifest)).hexadecimal
    }

    private init(
        manifest: PackageManifest, forest: [UInt8], past: [UInt8], isolation: [UInt8], fingerprint: String
    ) {
        (self.manifest, self.forest, self.past, self.isolation) = (manifest, forest, past, isolation)
        self.fingerprint = fingerprint
    }

    /// The same model, with what its columns mean and what was known when its training ended.
    public func with(_ origin: PackageManifest.Origin, past: [UInt8]) throws(LearningError) -> ModelPackage {
        var draft = manifest
        draft.origin = origin
        return try ModelPackage(draft, forest: forest, past: past, isolation: isolation)
    }

    /// The same model, with how it does beside others.
    public func with(_ comparison: ModelComparison) throws(LearningError) -> ModelPackage {
        var draft = manifest
        draft.comparison = comparison
        return try ModelPackage(draft, forest: forest, past: past, isolation: isolation)
    }

    /// The same model, with an isolation forest.
    func with(_ isolation: Isolation, _ says: PackageManifest.Isolation) throws(LearningError) -> ModelPackage {
        var draft = manifest
        draft.isolation = says
        return try ModelPackage(draft, forest: forest, past: past, isolation: isolation.jsonBytes())
    }

    /// All files but the manifest.
    private static func files(
        _ manifest: PackageManifest, _ forest: [UInt8], _ past: [UInt8], _ isolation: [UInt8]
    ) -> [(name: String, bytes: [UInt8])] {
        let card = Array(ModelCard.text(of: manifest).utf8)
        let others = [(manifest.origin?.pastFile, past), (manifest.isolation?.file, isolation)]
        return [(manifest.forestFile, forest), (cardName, card)]
            + others.compactMap { name, bytes in name.map { ($0, bytes) } }
    }

    public var card: String { ModelCard.text(of: manifest) }

    private static func text(of manifest: PackageManifest) -> [UInt8] {
        // Read by people too; a reader of JSON does not mind.
        let value = try? JSONValue(parsing: manifest.jsonBytes())
        return value.map { Array(($0.prettyPrinted() + "\n").utf8) } ?? manifest.jsonBytes()
    }

    /// A plain name in the package's own directory.
    private static func isFileName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }
    }
}

extension ModelPackage {
    /// Reads the package and checks every file against its fingerprint. It blocks.
    public static func read(_ directory: String) throws(LearningError) -> ModelPackage {
        let text = try bytes("\(directory)/\(manifestName)", limit: largestManifest)
        let manifest: PackageManifest
        do throws(JSONError) { manifest = try PackageManifest(parsing: text) } catch {
            throw LearningError(.badPackage, manifestName, detail: error.description)
        }
        let names = manifest.files.map(\.name)
        guard names.allSatisfy(isFileName), Set(names).count == names.count, names.contains(manifest.forestFile),
            manifest.origin?.pastFile.map(names.contains) ?? true,
            manifest.isolation.map({ names.contains($0.file) }) ?? true, !names.contains(manifestName)
        else { throw LearningError(.badPackage, manifestName, detail: "files \(names)") }
        var (forest, past, isolation): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        for entry in manifest.files {
            let found = try bytes("\(directory)/\(entry.name)", limit: largestForest)
            guard found.count == entry.bytes, SHA256.hash(found).hexadecimal == entry.sha256 else {
                throw LearningError(.tampered, entry.name)
            }
            if entry.name == manifest.forestFile { forest = found }
            if entry.name == manifest.origin?.pastFile { past = found }
            if entry.name == manifest.isolation?.file { isolation = found }
        }
        return ModelPackage(
            manifest: manifest, forest: forest, past: past, isolation: isolation,
            fingerprint: SHA256.hash(text).hexadecimal)
    }

    /// Only what the package says of itself; its files are not looked at.
    public static func describe(_ directory: String) throws(LearningError) -> PackageManifest {
        let text = try bytes("\(directory)/\(manifestName)", limit: largestManifest)
        do throws(JSONError) { return try PackageManifest(parsing: text) } catch {
            throw LearningError(.badPackage, manifestName, detail: error.description)
        }
    }

    private static func bytes(_ path: String, limit: Int) throws(LearningError) -> [UInt8] {
        do throws(FileError) { return try File.read(path, limit: limit) } catch {
            throw LearningError(.unreadable, path, detail: error.message)
        }
    }

    /// Puts the package into `directory`, which must not exist. After a crash it is there whole or not at all.
    public func write(to directory: String) throws(LearningError) {
        let draft = "\(directory).\(UUIDv7.make()).tmp"
        let files = Self.files(manifest, forest, past, isolation) + [(Self.manifestName, Self.text(of: manifest))]
        do throws(FileError) {
            try File.createDirectory(draft, mode: 0o755)
            for (name, bytes) in files { try File.replace("\(draft)/\(name)", with: bytes, mode: 0o644) }
            // An empty directory would be replaced, and be no loss; any other refuses.
            try File.move(draft, to: directory)
        } catch {
            for (name, _) in files { unlink("\(draft)/\(name)") }
            rmdir(draft)
            throw LearningError(.unreadable, directory, detail: error.message)
        }
    }
}
