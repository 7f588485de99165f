import Glibc
import Platform

extension File {
    /// A small file's text; nil when it cannot be read.
    static func text(_ path: String) -> String? {
        (try? read(path, limit: 65_536)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The lines within the last `limit` bytes; none when it cannot be read.
    static func lastLines(_ path: String, limit: Int = 4_096) -> [Substring] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        let file = Descriptor(owning: descriptor)
        lseek(descriptor, max(0, lseek(descriptor, 0, SEEK_END) - off_t(limit)), SEEK_SET)
        let bytes = (try? file.readToEnd(limit: 2 * limit, name: path)) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
