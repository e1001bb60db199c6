internal import JSON

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`: exactly three decimals, always UTC. Source: supabase/realtime
/// lib/extensions/postgres_cdc_rls/message_dispatcher.ex.
enum CommitTime {
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// - Parameter time: microseconds since 1970; what lies outside the years 0…9999 is held at their edge.
    static func append(_ time: Int64, to output: inout [UInt8]) {
        let held = min(max(time, -62_167_219_200_000_000), 253_402_300_799_999_999)
        let remainder = held % microsecondsPerDay
        let ofDay = remainder < 0 ? remainder + microsecondsPerDay : remainder
        let date = civil(day: (held - ofDay) / microsecondsPerDay)
        append(date.year, digits: 4, to: &output)
        output.appendText("-")
        append(date.month, digits: 2, to: &output)
        output.appendText("-")
        append(date.day, digits: 2, to: &output)
        output.appendText("T")
        append(ofDay / 3_600_000_000, digits: 2, to: &output)
        output.appendText(":")
        append(ofDay / 60_000_000 % 60, digits: 2, to: &output)
        output.appendText(":")
        append(ofDay / 1_000_000 % 60, digits: 2, to: &output)
        output.appendText(".")
        append(ofDay / 1000 % 1000, digits: 3, to: &output)
        output.appendText("Z")
    }

    private static func append(_ number: Int64, digits: Int, to output: inout [UInt8]) {
        var unit: Int64 = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / unit % 10))
            unit /= 10
        }
    }

    /// Days since 1970 to the Gregorian calendar. Source: howardhinnant.github.io/date_algorithms.html, civil_from_days.
    private static func civil(day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * ofYear + 2) / 153
        let isEarly = month >= 10
        return (
            yearOfEra + era * 400 + (isEarly ? 1 : 0), isEarly ? month - 9 : month + 3, ofYear - (153 * month + 2) / 5 + 1
        )
    }
}
