import CZlib

/// Makes a zip archive in memory, each file packed as it comes.
struct ZipWriter {
    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    mutating func add(_ name: String, _ content: String) {
        var packed = Deflation()
        packed.write(Array(content.utf8))
        packed.finish()
        add(name, packed)
    }

    mutating func add(_ name: String, _ content: Deflation) {
        let offset = bytes.count
        // Version 2.0, UTF-8 names, deflate, 1980-01-01: the same table makes the same bytes on any day.
        var common: [UInt8] = []
        for value in [20, 0x0800, 8, 0, 0x21] as [UInt16] { common.append(value) }
        common.append(content.checksum)
        common.append(UInt32(content.bytes.count))
        common.append(UInt32(content.size))
        common.append(UInt16(name.utf8.count))
        common.append(UInt16(0))
        bytes.append(0x0403_4b50 as UInt32)
        bytes += common + Array(name.utf8) + content.bytes
        directory.append(0x0201_4b50 as UInt32)
        directory.append(20 as UInt16)
        directory += common
        for _ in 0..<3 { directory.append(0 as UInt16) }
        directory.append(0 as UInt32)
        directory.append(UInt32(offset))
        directory += Array(name.utf8)
        count += 1
    }

    consuming func finish() -> [UInt8] {
        let start = bytes.count
        bytes += directory
        bytes.append(0x0605_4b50 as UInt32)
        for value in [0, 0, count, count] { bytes.append(value) }
        bytes.append(UInt32(directory.count))
        bytes.append(UInt32(start))
        bytes.append(0 as UInt16)
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: UInt16) { Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 } }
    fileprivate mutating func append(_ value: UInt32) { Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 } }
}
