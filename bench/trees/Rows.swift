import Platform

/// Rows of cells in memory.
struct Rows {
    private let cells: UnsafePointer<Float>
    let columns: Int
    let count: Int

    init(path: String, columns: Int) throws {
        let bytes = try File.read(path, limit: 1 << 30)
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(bytes.count / 4, 1))
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: $0) }
        (cells, self.columns, count) = (UnsafePointer(memory), columns, bytes.count / 4 / columns)
    }

    func row(_ index: Int) -> UnsafePointer<Float> { cells + index % count * columns }

    func repeated(_ wanted: Int) -> UnsafePointer<Float> {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: wanted * columns)
        for index in 0..<wanted { (memory + index * columns).update(from: row(index), count: columns) }
        return UnsafePointer(memory)
    }
}
