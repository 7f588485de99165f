import Crypto
import Glibc
import Platform

extension Migrations {
    private static let largestFile = 16 << 20

    /// The files that come after the records, once nothing contradicts them.
    func pending(after records: [Record]) throws(DatabaseError) -> [File] {
        // First of all: a newer program may have numbered its files otherwise.
        if let newest = records.last?.version, newest > files.count {
            throw DatabaseError(.migration(.newerDatabase(version: newest)), "the last file is number \(files.count)")
        }
        for (index, record) in records.enumerated() {
            guard record.version == index + 1 else {
                throw DatabaseError(.migration(.gap(version: index + 1)), "the database has \(record.version) instead")
            }
            let file = files[record.version - 1]
            guard file.checksum == record.checksum else {
                throw DatabaseError(
                    .migration(.changed(version: file.version, name: file.name)),
                    "recorded \(record.checksum), the file has \(file.checksum)")
            }
        }
        return Array(files.dropFirst(records.count))
    }

    static func inOrder(_ files: [File]) throws(DatabaseError) -> [File] {
        let sorted = files.sorted { $0.version < $1.version }
        for (index, file) in sorted.enumerated() where file.version != index + 1 {
            if index > 0, sorted[index - 1].version == file.version {
                throw DatabaseError(
                    .migration(.duplicate(version: file.version)), "\(sorted[index - 1].name), \(file.name)")
            }
            throw DatabaseError(.migration(.gap(version: index + 1)), "found \(file.version)_\(file.name)")
        }
        return sorted
    }

    static func read(_ directory: String) throws(DatabaseError) -> [File] {
        guard let handle = opendir(directory) else { throw unreadable(directory) }
        defer { closedir(handle) }
        var files: [File] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Hidden files, and what stands beside the migrations, such as a README.
            guard name.hasSuffix(".sql"), !name.hasPrefix(".") else { continue }
            let (version, title) = try parse(name)
            let bytes = try contents("\(directory)/\(name)")
            guard let sql = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                throw DatabaseError(.migration(.unreadable(name)), "\(name) is not UTF-8 text")
            }
            files.append(File(version: version, name: title, sql: sql, checksum: checksum(bytes)))
        }
        return try inOrder(files)
    }

    /// `0012_ajoute_bureaux.sql` is version 12, `ajoute_bureaux`.
    static func parse(_ file: String) throws(DatabaseError) -> (version: Int, name: String) {
        let stem = file.dropLast(4)
        let parts = stem.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let version = Int(parts[0]), version > 0
        else { throw DatabaseError(.migration(.badName(file)), file) }
        return (version, String(parts[1]))
    }

    private static func contents(_ path: String) throws(DatabaseError) -> [UInt8] {
        do throws(FileError) { return try Platform.File.read(path, limit: largestFile) } catch {
            throw DatabaseError(.migration(.unreadable(path)), error.message)
        }
    }

    private static func unreadable(_ path: String) -> DatabaseError {
        DatabaseError(.migration(.unreadable(path)), "\(path): \(String(cString: strerror(errno)))")
    }

    static func checksum(_ bytes: [UInt8]) -> String { SHA256.hash(bytes).hexadecimal }
}
