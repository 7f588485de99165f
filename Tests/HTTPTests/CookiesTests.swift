import Testing

@testable import HTTP

struct CookiesTests {
    @Test func findsValues() throws {
        var cookies = try Cookies(bytes("a=1; __Host-s=x-y=z; q=\"v\"; e="))
        #expect(try cookies.value("a") == "1")
        #expect(try cookies.value("__Host-s") == "x-y=z")
        #expect(try cookies.value("q") == "v")
        #expect(try cookies.value("e") == "")
        #expect(try cookies.value("A") == nil)
        try cookies.append(bytes("b=2;c=3"))
        #expect(try cookies.value("c") == "3")
    }

    @Test func refusesTwins() throws {
        let cookies = try Cookies(bytes("s=1; t=1; s=2"))
        #expect(try cookies.value("t") == "1")
        #expect(throws: ParseError.duplicatedCookie) { try cookies.value("s") }
    }

    @Test(arguments: [
        "", "a", "=1", "a=1;", "a=1; ", "a=1;; b=2", "a b=1", "a=1, b=2", "a=b c", "a=\"b", "a=b\"", "a=\\", "a=é",
        "a;b=1",
        "a=\"b\"c",
    ])
    func refuses(_ text: String) {
        #expect(throws: ParseError.malformedCookie) { try Cookies(bytes(text)) }
    }
}

struct SetCookieTests {
    @Test func writesAttributes() {
        #expect(SetCookie("__Host-s", "v")?.text == "__Host-s=v; Path=/; Secure; HttpOnly; SameSite=Strict")
        #expect(
            SetCookie(
                "s", "v", maxAge: 60, path: "/a", domain: "x.sn", isSecure: false, isHTTPOnly: false, sameSite: .lax)?
                .text == "s=v; Path=/a; Domain=x.sn; Max-Age=60; SameSite=Lax")
        #expect(SetCookie("s", "", maxAge: -1)?.text.contains("Max-Age=0") == true)
    }

    @Test func keepsTheRulesOfPrefixes() {
        #expect(SetCookie("__Host-s", "v", isSecure: false) == nil)
        #expect(SetCookie("__Host-s", "v", path: "/a") == nil)
        #expect(SetCookie("__Host-s", "v", domain: "x.sn") == nil)
        #expect(SetCookie("__HOST-s", "v", path: "/a") == nil)
        #expect(SetCookie("__Secure-s", "v", isSecure: false) == nil)
        #expect(SetCookie("__Secure-s", "v", path: "/a") != nil)
        #expect(SetCookie("s", "v", isSecure: false, sameSite: .none) == nil)
    }

    @Test(arguments: [("", "v"), ("a b", "v"), ("a=", "v"), ("a", "v;w"), ("a", "v\r\nX: y"), ("a", "é"), ("a", "v w")])
    func refusesWhatCannotStand(_ name: String, _ value: String) { #expect(SetCookie(name, value) == nil) }

    @Test func refusesPathsAndDomainsThatEscape() {
        #expect(SetCookie("a", "v", path: "/;x") == nil)
        #expect(SetCookie("a", "v", path: "x") == nil)
        #expect(SetCookie("a", "v", path: "/\r\n") == nil)
        #expect(SetCookie("a", "v", domain: "x;y") == nil)
        #expect(SetCookie("a", "v", domain: "") == nil)
    }
}
