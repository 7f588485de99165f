public import Platform

/// The server counts from 2000-01-01; its infinities, and what lies outside years 1 to 9999, have no counterpart here.
private let epochDays = 10_957
private let epochMicroseconds: Int64 = 946_684_800_000_000

extension Timestamp: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .timestamptz }
    public static var postgresArrayType: PostgresType { .timestamptzArray }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: microseconds - epochMicroseconds) }

    public static func decode(_ cell: PostgresCell) -> Timestamp? {
        guard cell.type == .timestamptz, let count = cell.integer(as: Int64.self) else { return nil }
        let (microseconds, overflow) = count.addingReportingOverflow(epochMicroseconds)
        let moment = Timestamp(microseconds: microseconds)
        return overflow || moment.microseconds != microseconds ? nil : moment
    }
}

extension CivilDate: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .date }
    public static var postgresArrayType: PostgresType { .dateArray }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int32(daysSinceEpoch - epochDays)) }

    public static func decode(_ cell: PostgresCell) -> CivilDate? {
        guard cell.type == .date, let count = cell.integer(as: Int32.self) else { return nil }
        let date = CivilDate(daysSinceEpoch: Int(count) + epochDays)
        return date.daysSinceEpoch == Int(count) + epochDays ? date : nil
    }
}
