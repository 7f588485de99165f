import JSON
import Testing

@Suite struct JSONReaderFloatsTests {
    private func floats(_ text: String) throws(JSONError) -> [Float] {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes.span.bytes)
        let values = try reader.floats()
        try reader.finish()
        return values
    }

    @Test func numbersAndWhatIsNone() throws {
        #expect(try floats("[]") == [])
        #expect(
            try floats("[0, -1.5,2E3 ,1e-45,3.4028235e38]") == [
                0, -1.5, 2000, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            ])
        let odd = try floats("[NaN,Infinity,-Infinity,-0.0]")
        #expect(odd[0].isNaN && odd[1] == .infinity && odd[2] == -.infinity && odd[3].sign == .minus)
    }

    @Test(arguments: [
        "[nan]", "[+1]", "[Inf]", "[-Inf]", "[-NaN]", "[NaN", "[\"NaN\"]", "[1e39]", "[null]", "[1,]", "[-]",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try floats(text) }
    }

    /// Read by way of `Double`, these would be rounded twice: away from the nearest `Float`.
    @Test func halvesAreRoundedOnce() throws {
        let middle = "1.000000059604644775390625"
        #expect(try floats("[\(middle)]") == [1])
        #expect(try floats("[\(middle)000000000000000000001]") == [Float(1).nextUp])
        #expect(try floats("[1.0000000596046447753906249999999999999]") == [1])
        #expect(
            try floats("[7.006492321624085e-46,7.0064923216240853e-46,7.0064923216240854e-46]") == [
                0, 0, .leastNonzeroMagnitude,
            ])
    }

    @Test func agreesWithTheStandardLibrary() throws {
        for bits in stride(from: UInt32(0), through: 0x7f7f_ffff, by: 104_729) {
            let value = Float(bitPattern: bits)
            let middle = (Double(value) + Double(value.nextUp)) / 2
            for text in ["\(value)", "\(middle)", "\(middle.nextUp)", "\(middle.nextDown)"] {
                guard let expected = Float(text), expected.isFinite else { continue }
                #expect(try floats("[\(text)]") == [expected], "\(text)")
            }
        }
    }
}
