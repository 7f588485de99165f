import JSON
import TestKit

/// The published vectors of a test file, each with its group.
enum Wycheproof {
    static func tests(_ name: String) throws -> [(group: JSONValue, test: JSONValue)] {
        let file = try JSONValue(parsing: Fixtures.bytes("suites/wycheproof/testvectors_v1/\(name).json"))
        return (file["testGroups"]?.array ?? []).flatMap { group in
            (group["tests"]?.array ?? []).map { (group, $0) }
        }
    }
}

extension JSONValue {
    func hexadecimal(_ name: String) -> [UInt8] {
        let digits = Array(self[name]?.string ?? "")
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0..<$0 + 2]), radix: 16)! }
    }
}
