import Platform
import Testing

@testable import HTTP

struct ServerSentEventTests {
    private static func text(_ event: ServerSentEvent) -> String { String(decoding: event.bytes, as: UTF8.self) }

    @Test func writesItsLines() {
        #expect(Self.text(ServerSentEvent(data: "x")) == "data: x\n\n")
        #expect(
            Self.text(ServerSentEvent(id: "7", event: "job", data: #"{"a":1}"#))
                == "id: 7\nevent: job\ndata: {\"a\":1}\n\n")
        #expect(Self.text(ServerSentEvent(data: "")) == "data: \n\n")
        #expect(ServerSentEvent.heartbeat == Array(":\n\n".utf8))
        #expect(ServerSentEvent.retry(milliseconds: 1500) == Array("retry: 1500\n\n".utf8))
    }

    @Test(
        arguments: [
            ("a\nb", "data: a\ndata: b\n\n"), ("a\rb", "data: a\ndata: b\n\n"), ("a\r\nb", "data: a\ndata: b\n\n"),
            ("a\n\rb", "data: a\ndata: \ndata: b\n\n"), ("a\r\r\nb", "data: a\ndata: \ndata: b\n\n"),
            ("\n", "data: \ndata: \n\n"), ("a\u{2028}b\u{85}c\u{b}d", "data: a\u{2028}b\u{85}c\u{b}d\n\n"),
        ] as [(String, String)])
    func breaksDataWhereClientsDo(_ data: String, _ text: String) {
        #expect(Self.text(ServerSentEvent(data: data)) == text)
    }

    @Test func noLineIsSmuggledIn() {
        let event = ServerSentEvent(id: "1\ndata: a\r\n\0", event: "e\rdata: b\n\n", data: "c")
        #expect(Self.text(event) == "id: 1data: a\nevent: edata: b\ndata: c\n\n")
    }

    /// The client's side, as WHATWG HTML §9.2.6 tells it.
    private static func received(_ bytes: [UInt8]) -> [(id: String?, event: String?, data: String)] {
        var text = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        text = text.indices.compactMap { text[$0] == "\n" && $0 > 0 && text[$0 - 1] == "\r" ? nil : text[$0] }
        var events: [(id: String?, event: String?, data: String)] = []
        var (id, type, data): (String?, String?, String) = (nil, nil, "")
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            if line.isEmpty {
                if !data.isEmpty {
                    events.append((id, type, String(String.UnicodeScalarView(data.unicodeScalars.dropLast()))))
                }
                (type, data) = (nil, "")
                continue
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            var value = line[(colon + 1)...]
            if value.first == " " { value = value.dropFirst() }
            let content = String(String.UnicodeScalarView(value))
            switch String(String.UnicodeScalarView(line[..<colon])) {
            case "id": id = content.unicodeScalars.contains("\0") ? id : content
            case "event": type = content
            case "data": data += content + "\n"
            default: break
            }
        }
        return events
    }

    @Test func clientsReceiveWhatWasSent() {
        var random = Random(seed: 41)
        let alphabet = ["a", "é", " ", ":", "\n", "\r", "\r\n", "\u{2028}", "\0", "data: x", "id: 2", "\u{301}"]
        func text() -> String {
            (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "" }
                .joined()
        }
        func scalars(_ text: String, without: [Unicode.Scalar]) -> [Unicode.Scalar] {
            text.unicodeScalars.filter { !without.contains($0) }
        }
        for _ in 0..<5000 {
            let (id, event, data) = (text(), text(), text())
            let received = Self.received(ServerSentEvent(id: id, event: event, data: data).bytes)
            #expect(received.count == 1)
            #expect(received.first?.id.map { Array($0.unicodeScalars) } == scalars(id, without: ["\n", "\r", "\0"]))
            #expect(
                received.first?.event.map { Array($0.unicodeScalars) } == scalars(event, without: ["\n", "\r", "\0"]))
            var lines = Array(data.unicodeScalars)
            lines = lines.indices.compactMap { lines[$0] == "\n" && $0 > 0 && lines[$0 - 1] == "\r" ? nil : lines[$0] }
            #expect(received.first.map { Array($0.data.unicodeScalars) } == lines.map { $0 == "\r" ? "\n" : $0 })
        }
    }
}
