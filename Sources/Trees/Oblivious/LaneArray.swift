import Glibc

/// Numbers that never change, at an address that stays and that suits vector loads.
final class LaneArray<Element: BitwiseCopyable>: @unchecked Sendable {
    // Nothing writes after `init`.
    private static var hugePage: Int { 2 << 20 }

    let base: UnsafePointer<Element>
    let count: Int

    convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { start in
            elements.withUnsafeBufferPointer {
                start.initialize(from: $0.baseAddress ?? UnsafePointer(start), count: $0.count)
            }
        }
    }

    /// `fill` gives every number its value.
    init(count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
        let bytes = max(count * MemoryLayout<Element>.stride, 1)
        let isLarge = bytes >= 2 * Self.hugePage
        let alignment = isLarge ? Self.hugePage : 64
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        // Large tables are read here and there: each read would look up a page of its own. Only a hint.
        if isLarge { _ = madvise(memory, bytes, MADV_HUGEPAGE) }
        let start = memory.bindMemory(to: Element.self, capacity: count)
        fill(start)
        (base, self.count) = (UnsafePointer(start), count)
    }

    deinit { UnsafeRawPointer(base).deallocate() }

    subscript(_ index: Int) -> Element {
        precondition(index >= 0 && index < count)
        return base[index]
    }
}
