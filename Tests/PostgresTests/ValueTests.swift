import Platform
import Testing

@testable import Postgres

@Suite struct ValueTests {
    private func roundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [Value], through statement: Statement
    ) async throws {
        try await withDatabase { database, _ in
            for value in values {
                let row = try #require(try await database.queryOne(statement, value))
                #expect(try row.get(0, as: Value.self) == value)
            }
            let null = try #require(try await database.queryOne(statement, Value?.none))
            #expect(try null.get(0, as: Value?.self) == nil)
            #expect(throws: DatabaseError.self) { try null.get(0, as: Value.self) }
        }
    }

    @Test func integers() async throws {
        try await roundTrip([Int.min, -1, 0, 1, .max], through: "SELECT $1::int8")
        try await roundTrip([Int64.min, .max], through: "SELECT $1::int8")
        try await roundTrip([Int32.min, 0, .max], through: "SELECT $1::int4")
        try await roundTrip([Int16.min, 0, .max], through: "SELECT $1::int2")
    }

    @Test func aNarrowIntegerRefusesAWideValue() async throws {
        try await withDatabase { database, _ in
            let row = try #require(try await database.queryOne("SELECT 1::int8 << 40 AS grand, 7::int2 AS petit"))
            #expect(
                throws: DatabaseError(
                    .decoding(column: "grand"), "column grand, row 0: expected Int32, found type 20, 8 bytes")
            ) {
                try row.get("grand", as: Int32.self)
            }
            #expect(try row.get("petit", as: Int.self) == 7)
        }
    }

    @Test func floatingPoint() async throws {
        try await roundTrip(
            [0.0, -0.0, 1 / 3, .infinity, -.infinity, .leastNonzeroMagnitude], through: "SELECT $1::float8")
        try await roundTrip([Float(1) / 3, .greatestFiniteMagnitude], through: "SELECT $1::float4")
        try await withDatabase { database, _ in
            let row = try #require(try await database.queryOne("SELECT $1::float8, 'NaN'::float4", Double.nan))
            #expect(try row.get(0, as: Double.self).isNaN)
            #expect(try row.get(1, as: Double.self).isNaN)
        }
    }

    @Test func booleans() async throws { try await roundTrip([true, false], through: "SELECT $1::bool") }

    @Test func text() async throws {
        let hostile = [
            "", " ", "Sénégal 🇸🇳 مرحبا", "'; DROP TABLE declarations; --", "\\'; SELECT 1; \\", "$1", "a\nb\tc\r",
            "\u{1}\u{7f}\u{202e}", String(repeating: "é", count: 100_000),
        ]
        try await roundTrip(hostile, through: "SELECT $1::text")
        try await roundTrip(hostile.dropLast(), through: "SELECT $1::varchar")
    }

    @Test func textWithANULIsRefusedBeforeItIsSent() async throws {
        try await withDatabase { database, _ in
            await #expect(throws: DatabaseError(.parameter(2), "text parameter $2 contains a NUL")) {
                try await database.query("SELECT $1::text, $2::text", "bon", "mau\0vais")
            }
            await #expect(throws: DatabaseError(.parameter(1), "text parameter $1 contains a NUL")) {
                try await database.query("SELECT $1::text", "\0")
            }
        }
    }

    @Test func textFitsWhatTheServerExpects() async throws {
        try await withDatabase { database, _ in
            let row = try #require(
                try await database.queryOne(
                    "SELECT $1::date = DATE '2026-11-21', $2::numeric(12,2), $3::jsonb ->> 'a', $4::inet << '10.0.0.0/8'",
                    "2026-11-21", "12345.678", #"{"a":"é"}"#, "10.1.2.3"))
            #expect(try row.get(0) == true)
            #expect(try row.get(1) == "12345.68")
            #expect(try row.get(2) == "é")
            #expect(try row.get(3) == true)
        }
    }

    @Test func bytes() async throws {
        try await roundTrip(
            [[], [0], Array(0...255), [UInt8](repeating: 7, count: 1 << 20)], through: "SELECT $1::bytea")
    }

    @Test func json() async throws {
        try await withDatabase { database, _ in
            let text = #"{"b": [1, 2.50, null], "é": "\"quoted\""}"#
            let row = try #require(try await database.queryOne("SELECT $1::jsonb, $1::jsonb::json", JSONText(text)))
            #expect(try row.get(0) == text)
            #expect(try row.get(0) == JSONText(text))
            #expect(try row.get(1) == JSONText(text))
        }
    }

    static let decimals = [
        "0", "0.00", "1", "-1", "0.5", "0.0001", "0.00001", "12345.6789", "9999", "10000", "10000.0001",
        "-100000000.10",
        "123456789012345678901234567890.123456789", "0.000000000000000000001", "5000000", "NaN",
    ]
    @Test(arguments: decimals) func exactDecimals(_ text: String) async throws {
        try await withDatabase { database, _ in
            let number = try #require(Numeric(text))
            let row = try #require(try await database.queryOne("SELECT $1::numeric, $1::numeric::text", number))
            #expect(try row.get(0, as: Numeric.self).text == text)
            #expect(try row.get(1, as: String.self) == text)
        }
    }

    @Test(arguments: [
        "", "-", ".5", "5.", "1e5", "1,5", "0x10", " 1", "1 ", "١", "--1", String(repeating: "9", count: 1001),
    ])
    func whatIsNotADecimalIsRefused(_ text: String) { #expect(Numeric(text) == nil) }

    @Test func numbersFromTheServerPrintAsTheServerPrintsThem() async throws {
        try await withDatabase { database, _ in
            let rows = try await database.query(
                """
                SELECT n, n::text FROM (SELECT (random() * 10 ^ (random() * 30 - 10))::numeric AS n
                FROM generate_series(1, 500) UNION ALL SELECT unnest(ARRAY['Infinity', '-Infinity']::numeric[])) AS t
                """)
            #expect(rows.count == 502)
            for row in rows { #expect(try row.get(0, as: Numeric.self).text == row.get(1, as: String.self)) }
        }
    }

    @Test func momentsAndDays() async throws {
        let moments = [
            Timestamp(microseconds: 0), Timestamp(microseconds: -1), .earliest, .latest,
            Timestamp(microseconds: 1_790_000_000_123_456),
        ]
        try await roundTrip(moments, through: "SELECT $1::timestamptz")
        try await roundTrip([moments, []], through: "SELECT $1::timestamptz[]")
        let days = [0, -719_162, 2_932_896, 20_778].map { CivilDate(daysSinceEpoch: $0) }
        try await roundTrip(days, through: "SELECT $1::date")
        try await withDatabase { database, _ in
            let row = try #require(
                try await database.queryOne(
                    "SELECT $1::timestamptz = '2026-11-21 08:09:10.000011+00', $2::date = '2026-11-21', 'infinity'::timestamptz, '-infinity'::date, '12000-01-01'::date",
                    Timestamp(year: 2026, month: 11, day: 21, hour: 8, minute: 9, second: 10, microsecond: 11),
                    CivilDate(year: 2026, month: 11, day: 21)))
            #expect(try row.get(0) == true)
            #expect(try row.get(1) == true)
            #expect(throws: DatabaseError.self) { try row.get(2, as: Timestamp.self) }
            #expect(throws: DatabaseError.self) { try row.get(3, as: CivilDate.self) }
            #expect(throws: DatabaseError.self) { try row.get(4, as: CivilDate.self) }
        }
    }

    @Test func identifiers() async throws {
        let all = (0..<20).map { _ in UUIDv7.make() }
        try await roundTrip(all, through: "SELECT $1::uuid")
        try await roundTrip([all, []], through: "SELECT $1::uuid[]")
        try await withDatabase { database, _ in
            let row = try #require(try await database.queryOne("SELECT $1::uuid::text, gen_random_uuid()", all[0]))
            #expect(try row.get(0) == all[0].description)
            #expect(throws: DatabaseError.self) { try row.get(1, as: UUIDv7.self) }
        }
    }

    @Test func arrays() async throws {
        try await roundTrip([[], [1, -2, Int.max]], through: "SELECT $1::int8[]")
        try await roundTrip([[], ["", "é", "a,b{}\"\\", "NULL"]], through: "SELECT $1::text[]")
        try await roundTrip([[], [1.5, -0.25]], through: "SELECT $1::float8[]")
        try await roundTrip([[true, false]], through: "SELECT $1::bool[]")
        try await withDatabase { database, _ in
            let found = try await database.query("SELECT 5 WHERE 'b' = ANY($1::text[])", ["a", "b"])
            #expect(found.count == 1)
            let row = try #require(
                try await database.queryOne("SELECT ARRAY[1, NULL]::int8[] AS troue, ARRAY[[1],[2]] AS plan"))
            #expect(throws: DatabaseError.self) { try row.get("troue", as: [Int].self) }
            #expect(throws: DatabaseError.self) { try row.get("plan", as: [Int].self) }
        }
    }

    @Test func aCellIsReadInPlace() async throws {
        try await withDatabase { database, _ in
            let row = try #require(try await database.queryOne("SELECT 'abc' AS texte, NULL::text AS rien"))
            #expect(try row.withBytes("texte") { $0.map { Array($0) } } == Array("abc".utf8))
            #expect(try row.withBytes("rien") { $0 == nil })
        }
    }

    @Test func anErrorNamesTheColumn() async throws {
        try await withDatabase { database, _ in
            let row = try #require(try await database.queryOne("SELECT 'x'::text AS nom, now() AS moment"))
            func column(_ body: () throws -> Void) -> String? {
                do { try body() } catch {
                    if case .decoding(let name) = (error as? DatabaseError)?.kind { return name }
                }
                return nil
            }
            #expect(column { _ = try row.get("nom", as: Int.self) } == "nom")
            #expect(column { _ = try row.get("absent", as: Int.self) } == "absent")
            #expect(column { _ = try row.get("no", as: String.self) } == "no")
            #expect(column { _ = try row.get(2, as: Int.self) } == "2")
            #expect(column { _ = try row.get("moment", as: String.self) } == "moment")
        }
    }
}
