import Glibc
import Platform

/// What lies in a directory and those below it.
enum StoredFiles {
    static func all(in directory: String) throws -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = "\(directory)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { paths += try all(in: path) } else { paths.append(path) }
        }
        return paths
    }

    static func holding(_ text: String, in directory: String) throws -> [String] {
        let wanted = Array(text.utf8)
        return try all(in: directory).filter { path in
            let bytes = try File.read(path, limit: 1 << 28)
            return bytes.indices.contains { bytes[$0...].starts(with: wanted) }
        }
    }
}
