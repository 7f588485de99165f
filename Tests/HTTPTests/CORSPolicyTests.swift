import Testing

@testable import HTTP

struct CORSPolicyTests {
    static func answer(_ policy: CORSPolicy?, _ request: CORSPolicy.Request) -> [String: String]? {
        policy.map {
            Dictionary(
                $0.fields(for: request).map { ($0.name.description, $0.value) }, uniquingKeysWith: { $0 + "|" + $1 })
        }
    }
    static let listed = CORSPolicy(
        origins: ["https://a.sn", "https://b.sn:8443"], methods: [.get, .put], headers: ["Content-Type", "X-Id"],
        exposedHeaders: ["ETag"], maxAge: 60, allowsCredentials: true)

    @Test func answersListedOrigins() {
        #expect(
            Self.answer(Self.listed, .init(origin: "https://b.sn:8443")) == [
                "Vary": "Origin", "Access-Control-Allow-Origin": "https://b.sn:8443",
                "Access-Control-Allow-Credentials": "true", "Access-Control-Expose-Headers": "ETag",
            ])
        #expect(
            Self.answer(
                Self.listed,
                .init(origin: "https://a.sn", requestedMethod: "PUT", requestedHeaders: "x-id, Content-Type")) == [
                    "Vary": "Origin", "Access-Control-Allow-Origin": "https://a.sn",
                    "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "GET, PUT",
                    "Access-Control-Allow-Headers": "content-type, x-id", "Access-Control-Max-Age": "60",
                ])
    }

    @Test(arguments: [
        "https://c.sn", "http://a.sn", "https://a.sn:443", "https://a.sn.evil.com", "https://evila.sn", "null", "", "*",
        "HTTPS://A.SN", "https://a.sn/",
    ])
    func givesNothingToOthers(_ origin: String) {
        #expect(Self.answer(Self.listed, .init(origin: origin)) == ["Vary": "Origin"])
        #expect(Self.answer(Self.listed, .init(origin: origin, requestedMethod: "GET")) == ["Vary": "Origin"])
    }

    @Test func refusesPreflights() {
        #expect(
            Self.answer(Self.listed, .init(origin: "https://a.sn", requestedMethod: "DELETE")) == ["Vary": "Origin"])
        #expect(Self.answer(Self.listed, .init(origin: "https://a.sn", requestedMethod: "put")) == ["Vary": "Origin"])
        #expect(
            Self.answer(Self.listed, .init(origin: "https://a.sn", requestedMethod: "GET", requestedHeaders: "x-id,y"))
                == ["Vary": "Origin"])
    }

    @Test func opensWithoutCredentials() {
        let open = CORSPolicy(origins: ["*"])
        #expect(Self.answer(open, .init(origin: "https://any.org")) == ["Access-Control-Allow-Origin": "*"])
        #expect(Self.answer(open, .init(origin: "null")) == [:])
        #expect(Self.answer(CORSPolicy(origins: []), .init(origin: "https://any.org")) == [:])
    }

    @Test(arguments: [
        "null", "a.sn", "https://", "https://a.sn/", "https://u@a.sn", "https://A.sn", "ftp://a.sn", "https://*.sn/",
        "",
    ])
    func refusesOrigins(_ origin: String) { #expect(CORSPolicy(origins: [origin]) == nil) }

    @Test func refusesPolicies() {
        #expect(CORSPolicy(origins: ["*"], allowsCredentials: true) == nil)
        #expect(CORSPolicy(origins: ["https://a.sn"], headers: ["a b"]) == nil)
        #expect(CORSPolicy(origins: ["https://a.sn"], exposedHeaders: ["a\r\nb"]) == nil)
    }
}
