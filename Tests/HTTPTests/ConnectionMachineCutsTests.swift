import Platform
import Testing

@testable import HTTP

/// How bytes arrive must not matter.
struct ConnectionMachineCutsTests {
    /// Requests as a client might send them in one go, and what must be understood of them.
    private static func stream(_ random: inout Random) -> (bytes: [UInt8], events: [MachineDriver.Event]) {
        var bytes: [UInt8] = []
        var events: [MachineDriver.Event] = []
        for number in 0..<Int.random(in: 1...6, using: &random) {
            let body = (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            var head = Bool.random(using: &random) ? "" : "\r\n"
            let padding = String(repeating: "x", count: Int.random(in: 0...50, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                head += "GET /\(number) HTTP/1.1\r\nHost: h\r\nA: \(padding)\r\n\r\n"
                bytes += head.utf8
                events.append(.request("GET /\(number)", body: []))
                continue
            case 1: head += "PUT /\(number)?\(padding) HTTP/1.0\r\nConnection: keep-alive\r\n"
            default: head += "PUT /\(number) HTTP/1.1\r\nHost: h\r\nA: \(padding)\r\n"
            }
            events.append(.request("PUT /\(number)", body: body))
            if head.contains("HTTP/1.0") || Bool.random(using: &random) {
                bytes += "\(head)content-length: \(body.count)\r\n\r\n".utf8
                bytes += body
            } else {
                bytes += "\(head)Transfer-Encoding: chunked\r\n\r\n".utf8
                let cuts = random.cuts(body.count)
                for (start, stop) in zip(cuts, cuts.dropFirst()) where start < stop {
                    bytes += "\(String(stop - start, radix: 16))\r\n".utf8 + body[start..<stop] + "\r\n".utf8
                }
                bytes += "0\r\nT: \(padding)\r\n\r\n".utf8
            }
        }
        return (bytes, events)
    }

    private static func events(_ bytes: [UInt8], cuts: [Int]) -> [MachineDriver.Event] {
        var driver = MachineDriver()
        for (start, stop) in zip(cuts, cuts.dropFirst()) { driver.receive(bytes[start..<stop]) }
        return driver.events.filter { $0 != .discarded }
    }

    @Test func validStreamsAreUnderstoodHoweverTheyAreCut() {
        var random = Random(seed: 11)
        for _ in 0..<500 {
            let (bytes, expected) = Self.stream(&random)
            #expect(Self.events(bytes, cuts: [0, bytes.count]) == expected)
            #expect(Self.events(bytes, cuts: random.cuts(bytes.count)) == expected)
            #expect(Self.events(bytes, cuts: Array(0...bytes.count)) == expected)
        }
    }

    /// A refusal may come with a later byte than it could, for a head is looked at again when a line ends; what is
    /// understood before it is the same.
    @Test func damagedStreamsAreUnderstoodAlike() {
        var random = Random(seed: 12)
        let odd: [UInt8] = [0, 9, 10, 13, 32, 48, 49, 58, 59, 65, 255]
        var refusals = 0
        for _ in 0..<2000 {
            var (bytes, _) = Self.stream(&random)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = odd.randomElement(using: &random) ?? 0
            }
            bytes += "\r\n\r\n".utf8
            let whole = Self.events(bytes, cuts: [0, bytes.count])
            #expect(Self.events(bytes, cuts: random.cuts(bytes.count)) == whole)
            #expect(Self.events(bytes, cuts: Array(0...bytes.count)) == whole)
            if case .request = whole.last { continue }
            refusals += 1
        }
        #expect(refusals > 500)
    }
}
