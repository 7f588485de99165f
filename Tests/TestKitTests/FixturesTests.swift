import Platform
import TestKit
import Testing

struct FixturesTests {
    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"))
    func readsAFileWhole() throws {
        #expect(try Fixtures.bytes("README.md").isEmpty == false)
    }

    @Test func missingFileIsAnErrorThatNamesIt() throws {
        let failure = #expect(throws: FileError.self) { try Fixtures.bytes("pas-de-fichier") }
        #expect(failure?.path.hasSuffix("pas-de-fichier") == true)
    }
}
