/// Memory that is filled once and then only read, by any number of threads, without bounds checks.
final class FixedArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    // Sendable because nothing writes after `init`.
    let base: UnsafePointer<Element>
    let count: Int
    private let memory: UnsafeMutableRawPointer

    convenience init(_ elements: [Element]) { self.init(elements) { $0 } }

    /// Starts on a cache line.
    init<Source>(_ elements: [Source], _ convert: (Source) -> Element) {
        count = elements.count
        let bytes = max(count * MemoryLayout<Element>.stride, 1)
        memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        let bound = memory.bindMemory(to: Element.self, capacity: count)
        for (place, element) in elements.enumerated() { (bound + place).initialize(to: convert(element)) }
        base = UnsafePointer(bound)
    }

    deinit { memory.deallocate() }
}
