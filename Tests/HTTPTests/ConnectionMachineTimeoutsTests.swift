import Platform
import Testing

@testable import HTTP

struct ConnectionMachineTimeoutsTests {
    private static let get = ConnectionMachineTests.get

    /// A driver whose requests wait for their answer.
    private static func driver(after text: String) -> MachineDriver {
        var driver = MachineDriver()
        driver.answersAtOnce = false
        driver.receive(text)
        return driver
    }
    private static func elapsed(_ driver: MachineDriver) -> Duration {
        driver.machine.deadline - Instant(nanoseconds: 0)
    }

    @Test func aSilentClientIsLeft() {
        var driver = MachineDriver()
        #expect(Self.elapsed(driver) == .seconds(10))
        #expect(driver.expire() == .close)
    }

    @Test func aHeadHasItsTimeFromTheFirstByte() {
        var driver = MachineDriver()
        driver.wait(.seconds(4))
        driver.receive("G")
        #expect(Self.elapsed(driver) == .seconds(14))
        driver.wait(.seconds(5))
        driver.receive("ET /a HTTP/1.1\r\n")
        #expect(Self.elapsed(driver) == .seconds(14))
        #expect(driver.expire() == .requestTooSlow)
    }

    @Test func aHeadThatNeverEndsIsStopped() {
        var driver = MachineDriver()
        driver.receive("GET / HTTP/1.1\r\n")
        while driver.now < driver.machine.deadline {
            driver.receive("A: b\r\n")
            driver.wait(.seconds(1))
        }
        #expect(
            driver.machine.expired(now: driver.now, unsent: 0, taken: 0, held: false, answering: false)
                == .requestTooSlow)
        #expect(driver.now == Instant(nanoseconds: 10_000_000_000))
    }

    @Test func anIdleConnectionIsClosedInTheEnd() {
        var driver = MachineDriver()
        driver.wait(.seconds(3))
        driver.receive(Self.get)
        #expect(Self.elapsed(driver) == .seconds(78))
        #expect(driver.expire() == .close)
    }

    @Test func theNextHeadHasItsOwnTime() {
        var driver = MachineDriver()
        driver.receive(Self.get)
        driver.wait(.seconds(70))
        driver.receive("GET")
        #expect(Self.elapsed(driver) == .seconds(80))
        #expect(driver.expire() == .requestTooSlow)
    }

    // MARK: Bodies

    private static let upload = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"

    @Test(arguments: [(5000, ConnectionMachine.Expiry.notYet), (4999, .bodyTooSlow)])
    func aBodyMustComeAtTheLeastRate(_ bytes: Int, _ expiry: ConnectionMachine.Expiry) {
        var driver = Self.driver(after: Self.upload)
        for window in 1...3 {
            #expect(Self.elapsed(driver) == .seconds(10 * window))
            driver.receive([UInt8](repeating: 7, count: window < 3 ? 5000 : bytes))
            #expect(driver.expire() == (window < 3 ? .notYet : expiry))
        }
    }

    @Test func bytesCountInTheirWindowOnly() {
        var driver = Self.driver(after: Self.upload)
        driver.receive([UInt8](repeating: 7, count: 50_000))
        #expect(driver.expire() == .notYet)
        #expect(driver.expire() == .bodyTooSlow)
    }

    @Test func framingIsNoProgress() {
        var driver = Self.driver(after: ConnectionMachineTests.chunked(""))
        for _ in 0..<2500 { driver.receive("1\r\nx\r\n") }
        #expect(driver.expire() == .bodyTooSlow)
    }

    @Test func aBodyThatItsHandlerHoldsUpIsNotTheClientsFault() {
        var driver = Self.driver(after: Self.upload)
        #expect(driver.expire(held: true) == .notYet)
        #expect(driver.expire() == .bodyTooSlow)
    }

    @Test func aHandlerThatTakesNothingOfABodyHasItsTimeToAnswer() {
        var driver = Self.driver(after: Self.upload)
        for _ in 1...3 { #expect(driver.expire(held: true) == .notYet) }
        #expect(driver.expire(held: true) == .answerTooSlow)
        var streaming = Self.driver(after: Self.upload)
        streaming.machine.answerBegun(now: streaming.now)
        for _ in 1...9 { #expect(streaming.expire(held: true, answering: true) == .notYet) }
    }

    @Test func theAnswersTimeRunsFromTheWholeRequest() {
        var driver = Self.driver(after: Self.upload)
        driver.wait(.seconds(9))
        driver.receive([UInt8](repeating: 7, count: 100_000))
        #expect(Self.elapsed(driver) == .seconds(39))
        #expect(driver.expire() == .answerTooSlow)
    }

    @Test func theAnswersTimeRunsFromABrokenBodyToo() {
        var driver = Self.driver(after: ConnectionMachineTests.chunked(""))
        driver.wait(.seconds(3))
        driver.receive("no chunk")
        #expect(Self.elapsed(driver) == .seconds(33))
        #expect(driver.expire() == .answerTooSlow)
    }

    // MARK: Answers

    @Test func aRequestWithoutABodyIsAnsweredInTime() {
        var driver = Self.driver(after: Self.get)
        #expect(Self.elapsed(driver) == .seconds(30))
        #expect(driver.expire() == .answerTooSlow)
    }

    @Test func aStreamMayBeSilentForAnyTime() {
        var driver = Self.driver(after: Self.get)
        driver.machine.answerBegun(now: driver.now)
        #expect(Self.elapsed(driver) == .seconds(10))
        for _ in 0..<100 { #expect(driver.expire(answering: true) == .notYet) }
        #expect(Self.elapsed(driver) == .seconds(1010))
    }

    @Test(arguments: [
        (unsent: 1_000_000, sent: 5000, expiry: ConnectionMachine.Expiry.notYet), (1_000_000, 4999, .close),
        (100, 100, .notYet), (100, 99, .close), (1, 0, .close),
    ])
    func anAnswerMustBeTakenAtTheLeastRate(_ unsent: Int, _ sent: Int, _ expiry: ConnectionMachine.Expiry) {
        for hasEnded in [false, true] {
            var driver = Self.driver(after: Self.get)
            if hasEnded { driver.answer() } else { driver.machine.answerBegun(now: driver.now) }
            driver.taken = 70_000
            driver.block()
            #expect(Self.elapsed(driver) == .seconds(10))
            driver.taken += sent
            #expect(driver.expire(unsent: unsent, answering: !hasEnded) == expiry)
        }
    }

    @Test func bytesTakenCountInTheirWindowOnly() {
        var driver = MachineDriver()
        driver.receive(Self.get)
        driver.block()
        driver.taken += 50_000
        driver.block()
        #expect(driver.expire(unsent: 9000) == .notYet)
        #expect(driver.expire(unsent: 9000) == .close)
    }

    @Test func theIdleTimeBeginsWhenTheAnswerIsGone() {
        var driver = MachineDriver()
        driver.receive(Self.get)
        driver.block()
        driver.wait(.seconds(3))
        driver.drain()
        #expect(Self.elapsed(driver) == .seconds(78))
        driver.wait(.seconds(3))
        driver.drain()
        #expect(Self.elapsed(driver) == .seconds(78))
        #expect(driver.expire() == .close)
    }

    @Test(arguments: [get, get + "GET /b"])
    func aClientThatTakesItsAnswersSlowlyIsNotSilent(_ text: String) {
        var driver = MachineDriver()
        driver.receive(text)
        driver.block()
        while driver.now < Instant(nanoseconds: 200_000_000_000) {
            driver.taken += 5000
            #expect(driver.expire(unsent: 1_000_000) == .notYet)
        }
    }

    @Test func aRefusalMustBeTakenToo() {
        var driver = MachineDriver()
        driver.receive("G")
        #expect(driver.expire() == .requestTooSlow)
        driver.machine.closeAfterAnswer()
        #expect(driver.machine.answered(leftover: true, now: driver.now) == .linger)
        driver.block()
        #expect(Self.elapsed(driver) == .seconds(20))
        #expect(driver.expire(unsent: 500) == .close)
    }

    @Test func lingeringEnds() {
        var driver = MachineDriver()
        driver.receive("?\r\n\r\n")
        #expect(driver.next == .linger)
        driver.wait(.seconds(1))
        driver.receive("more")
        #expect(Self.elapsed(driver) == .seconds(2))
        #expect(driver.expire() == .close)
    }
}
