/// Memory that is filled once and then only read, by any number of threads, without bounds checks.
final class FixedArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Sendable because nothing writes after `init`.
    let base: UnsafePointer<Element>
    let count: Int
    private let memory: UnsafeMutableRawPointer

    /// Starts on a cache line.
    init(_ elements: [Element]) {
        count = elements.count
        let bytes = max(count * MemoryLayout<Element>.stride, 1)
        memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        let bound = memory.bindMemory(to: Element.self, capacity: count)
        elements.withUnsafeBufferPointer { elements in
            if let first = elements.baseAddress { bound.initialize(from: first, count: elements.count) }
        }
        base = UnsafePointer(bound)
    }

    deinit { memory.deallocate() }
}
