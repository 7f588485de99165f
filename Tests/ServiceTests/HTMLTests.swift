import Testing

@testable import Service

@Suite struct HTMLTests {
    @Test func whatIsInterpolatedIsEscaped() {
        let hostile = "<script>alert('x')</script> & \"y\""
        let html: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
        let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"
        #expect(html.text == "<p title=\"\(escaped)\">\(escaped)</p>")
    }

    @Test func piecesOfPagesAreNot() {
        let piece: HTML = "<b>\(1)</b>"
        let html: HTML = "\(piece)\([piece, piece])\(nil as HTML?)\(piece as HTML?)"
        #expect(html.text == "<b>1</b><b>1</b><b>1</b><b>1</b>")
    }
}
