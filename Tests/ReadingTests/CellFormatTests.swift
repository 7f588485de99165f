import Testing

@testable import Reading

@Suite struct CellFormatTests {
    @Test(arguments: [
        ("General", CellFormat.number), ("Standard", .number), ("0", .number), ("0.00", .number), ("#,##0", .number),
        ("0.00E+00", .number), ("# ##0\\ \"FCFA\"", .number), ("\"jours\" 0", .number), ("[Red]0.0;-0", .number),
        ("[h]:mm:ss", .number), ("[mm]:ss", .number), ("@", .number), ("_-* #,##0_d", .number),
        ("dd/mm/yyyy", .date), ("m/d/yy;@", .date), ("[$-40C]d mmmm yyyy", .date), ("mmm", .date),
        ("yyyy\\-mm\\-dd\\ hh:mm", .date),
        ("[DBNum1]yyyy", .date), ("hh:mm", .time), ("mm:ss.0", .time), ("h:mm AM/PM", .time), ("0%", .percent),
        ("0.00\\ %", .percent), ("0\\%", .number), ("0000000000", .padded(10)), ("00", .padded(2)), ("", .number),
    ])
    func codes(_ code: String, _ format: CellFormat) { #expect(CellFormat(code: code) == format) }

    private func plain(_ stored: String, shift: Int = 0, width: Int = 0) -> String? {
        guard let number = DecimalText(stored.utf8.span) else { return nil }
        var bytes: [UInt8] = []
        number.write(to: &bytes, shift: shift, width: width)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("007", "7"), ("1.2345E7", "12345000"), ("1.2345e-3", "0.0012345"), ("5E0", "5"),
        ("8413700000.0", "8413700000"), ("0.10000000000000001", "0.1"), ("73.450000000000003", "73.45"),
        ("+5.50", "5.5"),
        ("12345678901234567890", "12345678901234567890"), ("1E20", "100000000000000000000"), (".5", "0.5"),
        ("-.25", "-0.25"),
        ("1E-7", "0.0000001"), ("100", "100"), ("1e+2", "100"), ("0.30000000000000004", "0.30000000000000004"),
    ])
    func decimals(_ stored: String, _ text: String) { #expect(plain(stored) == text) }

    @Test(arguments: ["", "-", ".", "1e", "1e401", "1e99999", "x", "1x", "1.2.3", "e5", "NaN", " 1", "1e+-2", "0x10"])
    func noDecimals(_ text: String) { #expect(plain(text) == nil) }

    @Test(arguments: [
        ("0.075", 2, 0, "7.5"), ("1", 2, 0, "100"), ("0", 2, 0, "0"), ("-0.005", 2, 0, "-0.5"), ("1.5", 0, 4, "1.5"),
        ("42", 0, 4, "0042"), ("-42", 0, 4, "-0042"), ("0", 0, 3, "000"), ("12345", 0, 3, "12345"),
    ])
    func shiftsAndWidths(_ stored: String, _ shift: Int, _ width: Int, _ text: String) {
        #expect(plain(stored, shift: shift, width: width) == text)
    }

    @Test(
        arguments: [
            (1.0, false, "1900-01-01"), (59, false, "1900-02-28"), (60, false, "1900-02-29"), (61, false, "1900-03-01"),
            (45351, false, "2024-02-29"), (2_958_465, false, "9999-12-31"), (0, true, "1904-01-01"),
            (43889, true, "2024-02-29"),
            (45351.5, false, "2024-02-29 12:00:00"), (45350.999_999_99, false, "2024-02-29"), (0.5, false, nil),
            (-1, false, nil),
            (2_958_466, false, nil), (.nan, false, nil), (.infinity, false, nil), (1e300, true, nil),
        ] as [(Double, Bool, String?)])
    func days(_ serial: Double, _ startsIn1904: Bool, _ text: String?) {
        var bytes: [UInt8] = []
        let isDay = DaySerial.write(serial, .date, startsIn1904: startsIn1904, to: &bytes)
        #expect((isDay ? String(decoding: bytes, as: UTF8.self) : nil) == text)
    }

    @Test func times() {
        var bytes: [UInt8] = []
        #expect(DaySerial.write(0.75, .time, startsIn1904: false, to: &bytes))
        #expect(String(decoding: bytes, as: UTF8.self) == "18:00:00")
    }
}
