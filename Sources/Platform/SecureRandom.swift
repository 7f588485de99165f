import CLinux
import Glibc

/// The kernel's generator, for whatever must not be guessed. Asks for many bytes at a time and hands each out once.
public struct SecureRandom: RandomNumberGenerator {
    /// Bytes a system call.
    private static let batch = 1024
    private var words: [UInt64] = []

    public init() {}

    public mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        words = Array(
            unsafeUninitializedCapacity: Self.batch / 8,
            initializingWith: { buffer, count in
                Self.fill(UnsafeMutableRawBufferPointer(buffer))
                count = buffer.count
            })
        return words.removeLast()
    }

    /// `count` bytes fit for keys, tokens and nonces.
    public static func bytes(_ count: Int) -> [UInt8] {
        Array(unsafeUninitializedCapacity: count) { buffer, filled in
            fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            filled = count
        }
    }

    public static func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        var done = 0
        while done < buffer.count {
            let count = getrandom(buffer.baseAddress! + done, buffer.count - done, 0)
            if count > 0 {
                done += count
            } else {
                // Going on with guessable keys would be worse than stopping.
                precondition(count < 0 && errno == EINTR, "getrandom: errno \(errno)")
            }
        }
    }
}

@available(*, unavailable) extension SecureRandom: Sendable {}
