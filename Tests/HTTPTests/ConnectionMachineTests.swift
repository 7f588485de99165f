import Platform
import Testing

@testable import HTTP

struct ConnectionMachineTests {
    static let get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
    static func post(_ body: String, at path: String = "/p") -> String {
        "POST \(path) HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    static func chunked(_ chunks: String) -> String {
        "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)"
    }
    static func request(_ target: String, _ body: String = "") -> MachineDriver.Event {
        .request(target, body: Array(body.utf8))
    }

    @Test func answersWhatIsPipelinedInItsOrder() {
        var driver = MachineDriver()
        driver.receive(Self.get + Self.post("xyz") + Self.chunked("2\r\nab\r\n1\r\nc\r\n0\r\nT: v\r\n\r\n") + Self.get)
        #expect(
            driver.events == [
                Self.request("GET /a"), Self.request("POST /p", "xyz"), Self.request("POST /c", "abc"),
                Self.request("GET /a"),
            ])
        #expect(driver.next == .nextRequest)
        #expect(driver.machine.isIdle && driver.machine.keepsAlive && driver.machine.wantsInput)
    }

    @Test func whatIsPipelinedWaitsForTheAnswerBeforeIt() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive(Self.get + Self.post("x"))
        #expect(driver.events == [Self.request("GET /a")])
        #expect(!driver.machine.wantsInput && !driver.machine.isIdle)
        driver.receive("GET /b")
        #expect(driver.events.count == 1)
        driver.answer()
        #expect(driver.next == .nextRequest && driver.machine.wantsInput)
        driver.receive("")
        #expect(driver.events == [Self.request("GET /a"), Self.request("POST /p", "x")])
        driver.answer()
        driver.receive(" HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(driver.events.last == Self.request("GET /b"))
    }

    @Test func inputIsWantedForABodyAndForTheNextHead() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        #expect(driver.machine.wantsInput && driver.machine.isIdle && !driver.machine.awaitsBody)
        driver.receive("POST /p HTTP/1.1\r\nHost: h\r\nContent-Le")
        #expect(driver.machine.wantsInput && !driver.machine.isIdle)
        driver.receive("ngth: 2\r\n\r\n1")
        #expect(driver.machine.wantsInput && driver.machine.awaitsBody)
        driver.receive("2")
        #expect(!driver.machine.wantsInput && !driver.machine.awaitsBody)
    }

    // MARK: Limits

    @Test func aBodyMayHaveItsLimitAndNoByteMore() {
        var driver = MachineDriver()
        driver.limit = 5
        driver.receive(Self.post("12345") + Self.get)
        #expect(driver.events == [Self.request("POST /p", "12345"), Self.request("GET /a")])
        driver.receive(Self.post("123456"))
        #expect(driver.events.last == .discarded)
        #expect(driver.events.dropLast().last == .tooLong)
        #expect(driver.next == .linger)
    }

    @Test(arguments: ["5\r\n12345\r\n", "1\r\n1\r\n4\r\n2345\r\n"])
    func aChunkedBodyMayHaveItsLimitAndNoByteMore(_ chunks: String) {
        var driver = MachineDriver()
        driver.limit = 5
        let whole = Self.chunked(chunks + "0\r\n\r\n")
        driver.receive(whole + whole)
        #expect(driver.events == [Self.request("POST /c", "12345"), Self.request("POST /c", "12345")])
        driver.receive(Self.chunked(chunks + "1\r\n6\r\n0\r\n\r\n") + Self.get)
        #expect(driver.events.dropFirst(2) == [.failed(.tooLarge(limit: 5))])
        #expect(driver.next == .linger)
    }

    @Test func withoutALimitLeftNoBodyIsTaken() {
        var driver = MachineDriver()
        driver.limit = 0
        driver.receive(Self.post("") + Self.chunked("0\r\n\r\n"))
        #expect(driver.events == [Self.request("POST /p"), Self.request("POST /c")])
        driver.receive(Self.post("1"))
        #expect(driver.events.dropFirst(2).first == .tooLong)
    }

    // MARK: Ends

    @Test(arguments: [
        "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /a HTTP/1.0\r\n\r\n",
    ])
    func theLastRequestClosesTheConnection(_ last: String) {
        var driver = MachineDriver()
        driver.receive(last + Self.get)
        #expect(driver.events == [Self.request("GET /a")])
        #expect(driver.next == .close)
        #expect(!driver.machine.keepsAlive && !driver.machine.wantsInput)
    }

    @Test func oldClientsMayKeepTheConnection() {
        var driver = MachineDriver()
        let old = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        driver.receive(old + old)
        #expect(driver.events.count == 2 && driver.next == .nextRequest)
    }

    @Test func aDrainTakesNoFurtherRequest() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive(Self.get + Self.get)
        driver.machine.closeAfterAnswer()
        driver.answer()
        driver.receive("")
        #expect(driver.events == [Self.request("GET /a")])
        #expect(driver.next == .close && !driver.machine.wantsInput)
    }

    @Test func aDrainTakesNoRequestThatHasNotBegun() {
        for begun in ["", "GET /a HT"] {
            var driver = MachineDriver()
            driver.receive(begun)
            driver.machine.closeAfterAnswer()
            driver.receive(Self.get.dropFirst(begun.utf8.count) + "")
            #expect(driver.events.isEmpty && !driver.machine.wantsInput)
        }
    }

    @Test func aRefusedHeadIsRefusedOnce() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive("?\r\n\r\n")
        driver.receive(Self.get)
        #expect(driver.events == [.refused(.malformedRequestLine)])
    }

    @Test func whatFollowsARefusedHeadIsDropped() {
        var driver = MachineDriver()
        driver.receive("GET /a HTTP/1.1\r\nHost : h\r\n\r\n" + Self.get)
        #expect(driver.events == [.refused(.malformedFieldName)])
        #expect(driver.next == .linger && driver.machine.wantsInput)
        driver.receive(Self.get)
        #expect(driver.events.last == .discarded)
        #expect(driver.expire() == .close)
    }

    @Test func anUnreadBodyIsDroppedAfterItsAnswer() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123")
        driver.answer()
        #expect(driver.next == .linger && !driver.machine.keepsAlive)
        driver.receive("4567890" + Self.get)
        #expect(driver.events == [.discarded])
    }

    /// What follows a broken chunk may look like chunks again, and like the end of the body.
    @Test func nothingAfterABrokenBodyIsUnderstood() {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive(Self.chunked("5\r\nhello!\r\n"))
        #expect(driver.events == [.failed(.malformed)])
        #expect(!driver.machine.keepsAlive && !driver.machine.wantsInput)
        driver.receive("\r\n0\r\n\r\n" + Self.get)
        #expect(driver.events == [.failed(.malformed)])
        driver.answer()
        #expect(driver.next == .linger)
    }

    @Test func aClosedSideIsOwedTheAnswerToAWholeRequest() {
        func ended(after text: String) -> (isOwed: Bool, next: ConnectionMachine.Next?) {
            var driver = MachineDriver()
            driver.answersAtOnce = false
            driver.receive(text)
            let isOwed = driver.machine.inputEnded()
            #expect(!driver.machine.keepsAlive)
            if isOwed { driver.answer() }
            return (isOwed, driver.next)
        }
        #expect(ended(after: Self.get) == (true, .close))
        #expect(ended(after: Self.post("x")) == (true, .close))
        #expect(ended(after: Self.chunked("x")) == (true, .linger))
        #expect(ended(after: "") == (false, nil))
        #expect(ended(after: "GET /a HT") == (false, nil))
        #expect(ended(after: Self.post("x").dropLast() + "") == (false, nil))
        #expect(ended(after: Self.chunked("1\r\nx\r\n")) == (false, nil))
    }
}
