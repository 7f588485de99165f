import Platform
import TestKit
import Testing

@testable import Customs

@Suite struct DateTextTests {
    private func read(_ text: String) -> String? {
        DateText.read(text.utf8.span).map { CivilDate(daysSinceEpoch: $0).description }
    }

    @Test(arguments: [
        "01/02/2023", "1/2/2023", "01-02-2023", "01.02.2023", "2023-02-01", "2023/02/01", "20230201", "44958",
        "44958,5",
        "01-FÉV-23", "01-FEV-23", "1-feb-2023", "01 Févr. 2023", "01-février-2023", "01/02/23", "2023-02-01T10:11:12Z",
        "01/02/2023 08:30", " 01/02/2023 ",
    ])
    func oneDayIsReadInAllItsShapes(_ text: String) { #expect(read(text) == "2023-02-01", "\(text)") }

    @Test(arguments: [
        "31/02/2023", "12/31/2023", "2023-13-01", "00/01/2023", "29/02/2023", "29999", "60001", "99999", "202302",
        "01/02",
        "01/02-2023", "1-XYZ-23", "01/02/202", "abc", "", "01/02/2023x", "32-JAN-23", "01-JUI-23",
        "999999999999999999999",
        "0000-01-01", "01/02/1899", "01/02/2200", "10:30",
    ])
    func whatIsNoDayIsRefused(_ text: String) { #expect(read(text) == nil, "\(text)") }

    @Test func spreadsheetDaysHaveBounds() {
        #expect(read("30000") == "1982-02-18" && read("60000") == "2064-04-08" && read("44760") == "2022-07-18")
    }

    @Test func allMonthsHaveTheirNames() {
        let french = ["JANV", "FÉVR", "MARS", "AVR", "MAI", "JUIN", "JUIL", "AOÛT", "SEPT", "OCT", "NOV", "DÉC"]
        let english = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        for month in 1...12 {
            let expected = CivilDate(year: 2024, month: month, day: 5)?.description
            #expect(
                read("5-\(french[month - 1])-24") == expected
                    && read("05 \(english[month - 1].lowercased()) 2024") == expected)
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var random = SeededGenerator(seed: 3)
        let (first, last) = (
            try #require(CivilDate(year: 1970, month: 1, day: 1)),
            try #require(CivilDate(year: 2069, month: 12, day: 31))
        )
        for _ in 0..<3000 {
            let days = Int.random(in: first.daysSinceEpoch...last.daysSinceEpoch, using: &random)
            let date = CivilDate(daysSinceEpoch: days)
            let (day, month) = (
                date.day < 10 ? "0\(date.day)" : "\(date.day)", date.month < 10 ? "0\(date.month)" : "\(date.month)"
            )
            let short = date.year % 100 < 10 ? "0\(date.year % 100)" : "\(date.year % 100)"
            for text in [
                date.description, "\(day)/\(month)/\(date.year)", "\(date.day).\(date.month).\(short)",
                "\(date.year)\(month)\(day)",
            ] { #expect(read(text) == date.description, "\(text)") }
        }
    }

    @Test func noBytesStopTheReader() {
        var random = SeededGenerator(seed: 5)
        let alphabet = Array("0123456789/-. :TJANFEVéû,".utf8) + [0xff, 0xc3]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...14, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            if let days = DateText.read(bytes.span) { #expect(1900...2199 ~= CivilDate(daysSinceEpoch: days).year) }
        }
    }
}
