import Glibc
import Platform
import Testing

@testable import HTTP

struct IPAddressTests {
    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:1.2.3.4", "1.2.3.4"),
        ("::ffff:102:304", "1.2.3.4"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("fe80::0001", "fe80::1"),
    ])
    func readsAndWrites(_ text: String, _ canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
        #expect(IPAddress(canonical) == IPAddress(text))
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1..3.4", "1.2.3.4 ", " 1.2.3.4",
        "0x1.2.3.4", ":",
        ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1:", ":1",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8", "fe80::1%eth0", "[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4",
        "::+1",
    ])
    func refuses(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test func knowsKinds() throws {
        #expect(IPAddress("127.255.0.1")?.isLoopback == true)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("::ffff:127.0.0.1")?.isLoopback == true)
        #expect(IPAddress("128.0.0.1")?.isLoopback == false)
        #expect(IPAddress("::2")?.isLoopback == false)
        #expect(IPAddress("1.2.3.4")?.v4 == 0x0102_0304)
        #expect(IPAddress("::1.2.3.4")?.v4 == nil)
        let raw: [UInt8] = Array(0..<16)
        #expect(raw.withUnsafeBytes { IPAddress(bytes: $0) }?.description == "1:203:405:607:809:a0b:c0d:e0f")
        #expect(raw.withUnsafeBytes { IPAddress(bytes: UnsafeRawBufferPointer(rebasing: $0.dropLast())) } == nil)
    }

    /// The C library reads texts the same way.
    @Test func agreesWithTheCLibrary() {
        var generator = Random(seed: 6)
        let pieces = ["0", "1", "ff", "ffff", "12345", ":", "::", ".", "1.2.3.4", "255", "256", "a", "g"]
        var accepted = 0
        for _ in 0..<30_000 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { place in
                place % 2 == 1 ? ":" : pieces.randomElement(using: &generator) ?? ""
            }.joined()
            guard text.contains(":") else { continue }
            var binary = [UInt8](repeating: 0, count: 16)
            let isGood = inet_pton(AF_INET6, text, &binary) == 1
            let address = IPAddress(text)
            #expect((address != nil) == isGood, "\(text)")
            if isGood { #expect(binary.withUnsafeBytes { IPAddress(bytes: $0) } == address, "\(text)") }
            accepted += isGood ? 1 : 0
        }
        #expect(accepted > 100)
    }
}

struct AddressBlockTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("192.168.1.7", "192.168.1.7", true), ("192.168.1.7", "192.168.1.6", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", true), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false), ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
        ("::1/128", "::1", true), ("2001:db8:0:1::/64", "2001:db8:0:1:ffff::", true),
        ("2001:db8:0:1::/64", "2001:db8:0:2::", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:0", true), ("2001:db8::/65", "2001:db8::8000:0:0:0", false),
    ])
    func contains(_ block: String, _ address: String, _ isInside: Bool) throws {
        let block = try #require(AddressBlock(block))
        #expect(block.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/8", "::/129", "::/+1", "10.0.0.0/8/9", "a/8", "10.0.0.0/-1",
    ])
    func refuses(_ text: String) { #expect(AddressBlock(text) == nil) }
}

struct TrustedProxiesTests {
    static let blocks = ["10.0.0.0/8", "::1"].compactMap(AddressBlock.init)

    static func client(
        _ peer: String, field: TrustedProxies.Field = .xForwarded, _ lines: [String] = [], proto: [String] = [],
        forwarded: [String] = []
    ) -> String {
        guard let address = IPAddress(peer) else { return "?" }
        let client = TrustedProxies(blocks, field: field).client(
            peer: .init(address: address, isSecure: false), forwardedFor: lines.map(bytes),
            forwardedProto: proto.map(bytes), forwarded: forwarded.map(bytes))
        return "\(client.address)\(client.isSecure ? " TLS" : "")"
    }

    @Test(arguments: [
        ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"), ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["6.6.6.6, 1.1.1.1"], "1.1.1.1"), ("10.0.0.1", ["6.6.6.6", "1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"), ("10.0.0.1", ["6.6.6.6, unknown, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["6.6.6.6,"], "10.0.0.1"), ("10.0.0.1", ["1.1.1.1:8080"], "1.1.1.1"),
        ("::1", ["[2001:db8::1]:1"], "2001:db8::1"),
        ("::1", ["2001:db8::1"], "2001:db8::1"), ("::ffff:10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1:x"], "10.0.0.1"),
        ("10.0.0.1", ["127.0.0.1"], "127.0.0.1"),
    ])
    func walksXForwardedFor(_ peer: String, _ lines: [String], _ expected: String) {
        #expect(Self.client(peer, lines) == expected)
    }

    @Test func takesTheProtocolFromTheProxy() {
        #expect(Self.client("10.0.0.1", ["1.1.1.1"], proto: ["https"]) == "1.1.1.1 TLS")
        #expect(Self.client("10.0.0.1", ["1.1.1.1"], proto: ["https, http"]) == "1.1.1.1")
        #expect(Self.client("10.0.0.1", ["1.1.1.1"], proto: ["http", "HTTPS"]) == "1.1.1.1 TLS")
        #expect(Self.client("10.0.0.1", ["1.1.1.1"], proto: ["httpsx"]) == "1.1.1.1")
        #expect(Self.client("9.9.9.9", ["1.1.1.1"], proto: ["https"]) == "9.9.9.9")
    }

    @Test(arguments: [
        (["for=1.1.1.1"], "1.1.1.1"), (["for=6.6.6.6, For=1.1.1.1;proto=https;by=x"], "1.1.1.1 TLS"),
        (["for=\"[2001:db8::1]:4711\""], "2001:db8::1"), (["for=_hidden"], "10.0.0.1"),
        (["for=unknown;proto=https"], "10.0.0.1"),
        (["proto=https"], "10.0.0.1"), (["for=1.1.1.1;for=2.2.2.2"], "10.0.0.1"),
        (["for=1.1.1.1", "for=10.0.0.2"], "1.1.1.1"),
        (["for=1.1.1.1 proto=https"], "10.0.0.1"), (["for=\"1.1.1.1"], "10.0.0.1"), ([], "10.0.0.1"),
    ])
    func walksForwarded(_ lines: [String], _ expected: String) {
        #expect(Self.client("10.0.0.1", field: .forwarded, forwarded: lines) == expected)
    }

    @Test func believesOneFieldAlone() {
        #expect(Self.client("10.0.0.1", ["1.1.1.1"], forwarded: ["for=6.6.6.6"]) == "1.1.1.1")
        #expect(Self.client("10.0.0.1", field: .forwarded, ["6.6.6.6"], forwarded: ["for=1.1.1.1"]) == "1.1.1.1")
    }
}
