import Glibc
public import Platform
public import Trees

/// The models that are installed in a directory: of each chapter, the package of the latest version.
public enum ModelDirectory {
    /// What could be read, and what could not, by name.
    public struct Found: Sendable {
        public var packages: [ModelPackage] = []
        public var failures: [(name: String, error: LearningError)] = []

        public init() {}
    }

    /// A package that cannot be read leaves its chapter without a model: nothing older speaks in its place unseen.
    public static func packages(in directory: String) throws(FileError) -> Found {
        var latest: [String: (version: String, name: String)] = [:]
        var found = Found()
        for name in try File.names(in: directory) {
            // A draft that a crash has left ends so.
            guard !name.hasSuffix(".tmp"), access("\(directory)/\(name)/package.json", F_OK) == 0 else { continue }
            let manifest: PackageManifest
            do throws(LearningError) { manifest = try ModelPackage.describe("\(directory)/\(name)") } catch {
                found.failures.append((name, error))
                continue
            }
            if manifest.version > latest[manifest.chapter]?.version ?? "" {
                latest[manifest.chapter] = (manifest.version, name)
            }
        }
        for (_, name) in latest.values.sorted(by: { $0.name < $1.name }) {
            do throws(LearningError) { found.packages.append(try ModelPackage.read("\(directory)/\(name)")) } catch {
                found.failures.append((name, error))
            }
        }
        return found
    }
}
