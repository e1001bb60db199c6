import JSON

/// A time as calendar and clock show it (proleptic Gregorian).
struct CivilTime: Equatable {
    let year, month, day, hour, minute, second, millisecond: Int64

    /// - Parameter microseconds: since 1970 UTC.
    init(_ microseconds: Int64, secondsEastOfUTC: Int = 0) {
        let milliseconds = Self.floorDivide(microseconds, 1000) + Int64(secondsEastOfUTC) * 1000
        let days = Self.floorDivide(milliseconds, 86_400_000)
        let ofDay = milliseconds - days * 86_400_000
        hour = ofDay / 3_600_000
        minute = ofDay / 60_000 % 60
        second = ofDay / 1000 % 60
        millisecond = ofDay % 1000
        // Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin in March, eras have 400.
        let shifted = days + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
        value / by - (value % by < 0 ? 1 : 0)
    }

    /// Appends `2026-01-15T10:00:00.500Z`.
    func appendRFC3339(to output: inout [UInt8]) {
        Self.append(year, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.append(month, digits: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        Self.append(day, digits: 2, to: &output)
        output.append(UInt8(ascii: "T"))
        appendTimeOfDay(to: &output)
        output.append(UInt8(ascii: "."))
        Self.append(millisecond, digits: 3, to: &output)
        output.append(UInt8(ascii: "Z"))
    }

    /// Appends `10:00:00`.
    func appendTimeOfDay(to output: inout [UInt8]) {
        Self.append(hour, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Self.append(minute, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        Self.append(second, digits: 2, to: &output)
    }

    private static func append(_ value: Int64, digits: Int, to output: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<digits {
            power *= 10
            if value < power { output.append(UInt8(ascii: "0")) }
        }
        output.appendDecimal(value)
    }
}
