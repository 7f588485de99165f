extension String {
    /// The text of bytes that need not be well formed.
    init(copying bytes: Span<UInt8>) { self = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
}
