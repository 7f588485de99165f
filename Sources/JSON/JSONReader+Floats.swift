extension JSONReader {
    /// An array of numbers, each as the nearest `Float`.
    ///
    /// Programs that keep measurements in JSON write NaN, Infinity and -Infinity where there is no number; here, and
    /// only here, they are read.
    public mutating func floats() throws(JSONError) -> [Float] {
        var values: [Float] = []
        try array { reader throws(JSONError) in values.append(try reader.float()) }
        return values
    }

    @inline(__always)
    private mutating func float() throws(JSONError) -> Float {
        let byte = try peek()
        if byte == 0x4e || byte == 0x49 || byte == 0x2d { if let value = try nonNumber(byte) { return value } }
        let scan = try nextNumber(.expectedNumber)
        guard let double = exactDouble(scan), hasOneRounding(double) else { return try nearestFloat(scan) }
        return Float(double)
    }

    /// Whether narrowing `double` gives the nearest `Float` of the decimal that it was read from: it may itself have
    /// been rounded, and must then not lie in the middle between two.
    @inline(__always)
    private func hasOneRounding(_ double: Double) -> Bool {
        let magnitude = double.magnitude
        guard magnitude >= 0x1p-126, magnitude < 0x1p127 else { return magnitude == 0 }
        return double.bitPattern & 0x1fff_ffff != 0x1000_0000
    }

    @inline(never)
    private mutating func nearestFloat(_ scan: JSONNumberScan) throws(JSONError) -> Float {
        guard let value = Float(literal(of: scan)), value.isFinite else {
            throw failure(.numberOutOfRange, at: scan.start)
        }
        return value
    }

    @inline(never)
    private mutating func nonNumber(_ byte: UInt8) throws(JSONError) -> Float? {
        switch byte {
        case 0x4e:
            try literal("NaN")
            return .nan
        case 0x49:
            try literal("Infinity")
            return .infinity
        default:
            guard position + 1 < end, base[position + 1] == 0x49 else { return nil }
            try literal("-Infinity")
            return -.infinity
        }
    }
}
