import Glibc
import Platform
import Testing

@Suite struct TimestampTests {
    struct Vector: CustomTestStringConvertible {
        let text: String
        let microseconds: Int64
        var testDescription: String { text }
    }

    @Test(arguments: [
        Vector(text: "1970-01-01T00:00:00.000000Z", microseconds: 0),
        Vector(text: "1969-12-31T23:59:59.999999Z", microseconds: -1),
        Vector(text: "2000-02-29T12:00:00.000000Z", microseconds: 951_825_600_000_000),
        Vector(text: "2023-12-31T23:59:59.999999Z", microseconds: 1_704_067_199_999_999),
        Vector(text: "2024-01-01T00:00:00.000000Z", microseconds: 1_704_067_200_000_000),
        Vector(text: "2024-02-29T23:59:59.000001Z", microseconds: 1_709_251_199_000_001),
        Vector(text: "2038-01-19T03:14:08.000000Z", microseconds: 2_147_483_648_000_000),
        Vector(text: "2100-03-01T00:00:00.000000Z", microseconds: 4_107_542_400_000_000),
        Vector(text: "0001-01-01T00:00:00.000000Z", microseconds: -62_135_596_800_000_000),
        Vector(text: "9999-12-31T23:59:59.999999Z", microseconds: 253_402_300_799_999_999),
    ])
    func agreesWithKnownMoments(_ vector: Vector) {
        let moment = Timestamp(microseconds: vector.microseconds)
        #expect(moment.rfc3339(.microseconds) == vector.text)
        #expect(Timestamp(rfc3339: vector.text) == moment)
    }

    @Test func precisionsCutWithoutRounding() {
        let moment = Timestamp(microseconds: -1)
        #expect(moment.rfc3339(.seconds) == "1969-12-31T23:59:59Z")
        #expect(moment.rfc3339(.milliseconds) == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(microseconds: 1_042).rfc3339() == "1970-01-01T00:00:00.001Z")
    }

    @Test func randomMomentsSurviveTheirText() {
        var random = Random(seed: 20)
        for _ in 0..<20_000 {
            let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
            let moment = Timestamp(microseconds: .random(in: range, using: &random))
            #expect(Timestamp(rfc3339: moment.rfc3339(.microseconds)) == moment)
            let second = Timestamp(rfc3339: moment.rfc3339(.seconds))
            #expect(second.map { moment - $0 < .seconds(1) && moment >= $0 } == true)
        }
    }

    @Test func agreesWithTheCLibrary() {
        var random = Random(seed: 21)
        for _ in 0..<5_000 {
            let seconds = Int.random(in: -62_135_596_800...253_402_300_799, using: &random)
            var time = time_t(seconds)
            var fields = tm()
            gmtime_r(&time, &fields)
            let moment = Timestamp(microseconds: Int64(seconds) * 1_000_000)
            #expect(moment.date.year == Int(fields.tm_year) + 1900)
            #expect(moment.date.month == Int(fields.tm_mon) + 1)
            #expect(moment.date.day == Int(fields.tm_mday))
            #expect(moment.date.weekday == Int(fields.tm_wday))
            let second = Int(fields.tm_hour) * 3600 + Int(fields.tm_min) * 60 + Int(fields.tm_sec)
            #expect(moment.microsecondOfDay == second * 1_000_000)
        }
    }

    @Test(arguments: [
        ("2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00.000000Z"),
        ("2023-12-31T23:30:00-00:45", "2024-01-01T00:15:00.000000Z"),
        ("2026-03-01T10:00:00-00:00", "2026-03-01T10:00:00.000000Z"),
        ("2026-03-01t10:00:00z", "2026-03-01T10:00:00.000000Z"),
        ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.500000Z"),
        ("2026-03-01T10:00:00.1234567899Z", "2026-03-01T10:00:00.123456Z"),
        ("2026-03-01T10:00:00.000001+23:59", "2026-02-28T10:01:00.000001Z"),
    ])
    func appliesOffsetsAndFractions(text: String, expected: String) {
        #expect(Timestamp(rfc3339: text)?.description == expected)
    }

    @Test(arguments: [
        "", "2026", "2026-03-01", "2026-03-01T10:00Z", "2026-03-01T10:00:00", "2026-03-01 10:00:00Z",
        "2026-02-29T10:00:00Z", "1900-02-29T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z",
        "2026-03-00T10:00:00Z", "2026-04-31T10:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T10:60:00Z",
        "2016-12-31T23:59:60Z", "2026-03-01T10:00:00.Z", "2026-03-01T10:00:00,5Z", "2026-03-01T10:00:00+1:00",
        "2026-03-01T10:00:00+0100", "2026-03-01T10:00:00+24:00", "2026-03-01T10:00:00+01:60", "2026-03-01T10:00:00ZZ",
        "2026-03-01T10:00:00Z ", " 2026-03-01T10:00:00Z", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "+026-03-01T10:00:00Z", "2026-03-01T10:00:00\u{0}Z", "２026-03-01T10:00:00Z",
    ])
    func refusesWhatIsNotADateTime(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func clampsAtTheEndsOfTheCalendar() {
        #expect(Timestamp(microseconds: .max) == .latest)
        #expect(Timestamp(microseconds: .min) == .earliest)
        #expect(Timestamp.latest + .seconds(1) == .latest)
        #expect(Timestamp.latest + .seconds(Int64.max) == .latest)
        #expect(Timestamp.earliest + .seconds(Int64.min) == .earliest)
        #expect(Timestamp.earliest.description == "0001-01-01T00:00:00.000000Z")
        #expect(Timestamp.latest - Timestamp.earliest > .seconds(315_537_897_599))
    }

    @Test func nowIsTheSystemClock() {
        let seconds = Int64(time(nil))
        let now = Timestamp.now().microseconds / 1_000_000
        #expect(seconds...seconds + 1 ~= now)
    }
}
