/// Makes the text of a cell from what the sheet stores.
struct CellValue {
    enum Kind {
        case number, shared, text, boolean, error, date, inline
    }

    let texts: SharedTexts
    let formats: CellFormats
    let startsIn1904: Bool

    static func kind(_ xml: borrowing XMLReader) throws(ReadingError) -> Kind {
        guard let type = xml.value("t") else { return .number }
        if xml.equals(type, "s") { return .shared }
        if xml.equals(type, "n") { return .number }
        if xml.equals(type, "str") { return .text }
        if xml.equals(type, "inlineStr") { return .inline }
        if xml.equals(type, "b") { return .boolean }
        if xml.equals(type, "e") { return .error }
        if xml.equals(type, "d") { return .date }
        throw .badWorkbook("an unknown kind of cell")
    }

    /// Appends the text for a stored value.
    func append(_ stored: [UInt8], _ kind: Kind, style: Int, to bytes: inout [UInt8]) throws(ReadingError) {
        switch kind {
        case .number: appendNumber(stored, formats[style], to: &bytes)
        case .shared:
            let index = stored.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap { XMLText.number($0, 0..<buffer.count) }
            }
            guard let index, texts.append(index, to: &bytes) else {
                throw .badWorkbook("a shared text that is missing")
            }
        case .date: Self.appendDate(stored, to: &bytes)
        case .text:
            let start = bytes.count
            bytes.append(contentsOf: stored)
            EscapedCharacters.decode(&bytes, from: start)
        case .inline, .boolean, .error: bytes.append(contentsOf: stored)
        }
    }

    private func appendNumber(_ stored: [UInt8], _ format: CellFormat, to bytes: inout [UInt8]) {
        if format == .number, Self.isPlain(stored) { return bytes.append(contentsOf: stored) }
        guard let number = DecimalText(stored.span) else { return bytes.append(contentsOf: stored) }
        switch format {
        case .number: number.write(to: &bytes)
        case .padded(let width): number.write(to: &bytes, width: width)
        case .percent:
            number.write(to: &bytes, shift: 2)
            bytes.append(UInt8(ascii: "%"))
        case .date, .time:
            let serial = Double(String(decoding: stored, as: UTF8.self)) ?? .nan
            if !DaySerial.write(serial, format, startsIn1904: startsIn1904, to: &bytes) { number.write(to: &bytes) }
        }
    }

    /// Digits that need no second look: most cells.
    private static func isPlain(_ stored: [UInt8]) -> Bool {
        guard stored.count <= 15, let first = stored.first, 0x31...0x39 ~= first else { return false }
        return stored.allSatisfy { $0 &- 0x30 < 10 }
    }

    /// `2024-03-31T00:00:00` without the midnight that says nothing.
    private static func appendDate(_ stored: [UInt8], to bytes: inout [UInt8]) {
        guard stored.count > 10, stored[10] == UInt8(ascii: "T") else { return bytes.append(contentsOf: stored) }
        let (day, time) = (stored[..<10], stored[11...])
        bytes.append(contentsOf: day)
        if time.contains(where: { 0x31...0x39 ~= $0 }) {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: time)
        }
    }
}
