import Testing

@testable import HTTP

/// A text that must be refused, and why.
struct TextRefusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let error: ParseError
    init(_ name: String, _ text: String, _ error: ParseError) {
        (testDescription, self.text, self.error) = (name, text, error)
    }
}

/// The text's bytes, which live as long as the test process.
func bytes(_ text: String) -> UnsafeRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: text.utf8.count, alignment: 1)
    copy.copyBytes(from: text.utf8)
    return UnsafeRawBufferPointer(copy)
}
