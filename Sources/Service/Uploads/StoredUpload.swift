import Glibc
import HTTP
import Platform

/// A file that came with a request, under a random name. It disappears with this value unless it is kept.
final class StoredUpload: @unchecked Sendable {  // written by one request, then only read
    private(set) var path: String
    private(set) var size = 0
    private var descriptor: Int32
    private var isKept = false

    private static let prefix = ".upload-"

    init(in directory: String) throws {
        path = "\(directory)/\(Self.prefix)\(UUIDv7.make())"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure() }
        // Held for as long as the file is in use: what nobody holds was left by a process that died.
        flock(descriptor, LOCK_SH)
    }

    /// Removes what processes that died have left. How many files.
    @discardableResult
    static func sweep(_ directory: String) -> Int {
        guard let stream = opendir(directory) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(prefix) else { continue }
            let path = "\(directory)/\(name)"
            let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
            guard file.rawValue >= 0, flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else { continue }
            if unlink(path) == 0 { count += 1 }
        }
        return count
    }

    deinit {
        if descriptor >= 0 { Glibc.close(descriptor) }
        if !isKept { unlink(path) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure() }
            done += count
        }
        size += bytes.count
    }

    /// On disk when it returns.
    func close() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure() }
    }

    /// Gives the file its lasting place, durably.
    func keep(as path: String) throws {
        do throws(FileError) { try File.move(self.path, to: path) } catch { throw Self.failure(error.errno) }
        (self.path, isKept) = (path, true)
    }

    private static func failure(_ code: Int32 = errno) -> any Error {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: Problem(.storageFull)
        case let code: UploadError(errno: code)
        }
    }
}

/// The upload directory cannot be used.
struct UploadError: Error {
    let errno: Int32
}
