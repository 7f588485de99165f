import Platform
import Testing

@testable import HTTP

struct ByteQueueTests {
    private static func text(_ body: (inout ByteQueue) -> Void) -> String {
        var queue = ByteQueue()
        body(&queue)
        return String(decoding: queue.bytes, as: UTF8.self)
    }

    @Test func takesEverySortOfBytes() {
        let text = Self.text {
            $0.append("static ")
            $0.append([0x61, 0x20])
            $0.append(String("é ") + String(12))
            $0.append(UnsafeRawBufferPointer(start: nil, count: 0))
            $0.append([])
            $0.append(field: "A", "b")
            $0.append(field: "Long-Name", String(repeating: "é", count: 20))
            $0.append(field: "Empty", "")
        }
        let long = String(repeating: "é", count: 20)
        #expect(text == "static a é 12A: b\r\nLong-Name: \(long)\r\nEmpty: \r\n")
    }

    @Test(arguments: [0, 9, 10, 99, 100, 12345, 999_999_999_999_999_999, 1_000_000_000_000_000_000, Int.max])
    func writesDecimals(_ value: Int) { #expect(Self.text { $0.append(decimal: value) } == String(value)) }

    @Test func releasedIsNew() {
        var queue = ByteQueue()
        queue.append([UInt8](repeating: 1, count: 100_000))
        queue.consume(1)
        queue.release()
        let (isEmpty, count, room, base) = (queue.isEmpty, queue.count, queue.room, queue.bytes.baseAddress)
        #expect(isEmpty && count == 0 && room == 0 && base == nil)
        queue.append("again")
        let text = String(decoding: queue.bytes, as: UTF8.self)
        #expect(text == "again")
    }

    /// What is taken from the front makes room again: a queue that never holds much stays small.
    @Test func roomIsUsedAgain() {
        var queue = ByteQueue()
        queue.append([UInt8](repeating: 0, count: 100))
        var places: Set<UnsafeRawPointer> = []
        for _ in 0..<10_000 {
            queue.append([UInt8](repeating: 0, count: 50))
            queue.consume(50)
            if let base = queue.bytes.baseAddress { places.insert(base) }
        }
        let spread = places.max().flatMap { last in places.min().map { last - $0 } } ?? .max
        #expect(spread < 4096)
    }

    @Test func behavesLikeAnArray() {
        var random = Random(seed: 31)
        var queue = ByteQueue()
        var model: [UInt8] = []
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<7:
                let size = Int.random(in: 0...(Bool.random(using: &random) ? 40 : 6000), using: &random)
                let bytes = [UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: size)
                queue.append(bytes)
                model += bytes
            case 7..<9:
                let number = Int.random(in: 0 ... .max, using: &random) >> Int.random(in: 0...62, using: &random)
                queue.append(decimal: number)
                model += String(number).utf8
            case 9:
                queue.append("static")
                model += "static".utf8
            case 10 where Int.random(in: 0..<20, using: &random) == 0:
                queue.release()
                model = []
            default:
                let count = Int.random(in: 0...model.count, using: &random)
                queue.consume(count)
                model.removeFirst(count)
            }
            let isSame = queue.bytes.elementsEqual(model) && queue.count == model.count
            let isEmpty = queue.isEmpty
            #expect(isSame)
            #expect(isEmpty == model.isEmpty)
        }
    }
}
