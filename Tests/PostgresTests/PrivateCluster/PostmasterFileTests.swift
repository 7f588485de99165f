import Testing

@testable import Postgres

struct PostmasterFileTests {
    private let complete = "4711\n/srv/data\n1700000000\n5432\n../run\n\n  1 2\nready   \n"

    @Test func readyServer() {
        let file = PostmasterFile(complete)
        #expect(file?.process == 4711)
        #expect(file?.isReady == true)
    }

    @Test(arguments: ["starting", "stopping", "standby "])
    func serverThatDoesNotAcceptConnections(status: String) {
        let file = PostmasterFile(complete.replacing("ready   ", with: status))
        #expect(file?.process == 4711)
        #expect(file?.isReady == false)
    }

    @Test func fileInTheMaking() {
        #expect(PostmasterFile("") == nil)
        #expect(PostmasterFile("pas un nombre\n") == nil)
        #expect(PostmasterFile("0\n") == nil)
        #expect(PostmasterFile("-4711\n") == nil)
        #expect(PostmasterFile("4711\n/srv/data\n")?.isReady == false)
    }
}
