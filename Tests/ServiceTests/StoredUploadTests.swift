import Platform
import TestKit
import Testing

@testable import Service

@Suite struct StoredUploadTests {
    /// What a process that died has left goes; what is in use stays.
    @Test func onlyWhatNobodyHoldsIsSweptAway() throws {
        let directory = try TemporaryDirectory()
        let held = try StoredUpload(in: directory.path)
        try held.append(UnsafeRawBufferPointer(start: nil, count: 0))
        try held.close()
        let left = try directory.file(".upload-\(UUIDv7.make())", Array("reste".utf8))
        let other = try directory.file("autre", Array("autre".utf8))
        #expect(StoredUpload.sweep(directory.path) == 1)
        #expect(Set(try StoredFiles.all(in: directory.path)) == [held.path, other])
        #expect(!(try StoredFiles.all(in: directory.path).contains(left)))
        #expect(StoredUpload.sweep(directory.path + "/nulle-part") == 0)
        withExtendedLifetime(held) {}
    }
}
