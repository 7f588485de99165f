import Glibc
import TestKit
import Testing

struct TemporaryDirectoryTests {
    @Test func goesWithItsValueAndFollowsNoLink() throws {
        let outside = try TemporaryDirectory()
        let kept = try outside.file("kept", [1])
        let path: String
        do {
            let directory = try TemporaryDirectory()
            path = directory.path
            #expect(mkdir(path + "/inner", 0o700) == 0)
            _ = try directory.file("inner/file", Array("abc".utf8))
            #expect(symlink(outside.path, path + "/inner/link") == 0)
        }
        #expect(access(path, F_OK) != 0)
        #expect(access(kept, F_OK) == 0)
    }
}
