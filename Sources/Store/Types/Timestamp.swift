import JSON

/// Instants as microseconds since 1970 UTC and as the canonical text `2026-01-15T10:00:00.5+00:00`.
///
/// Years 0001 to 9999, always UTC, at most six fraction digits without trailing zeros: so bytewise order is the order of time, since
/// `+` sorts before `.`. `infinity` and `-infinity` sort last and first.
package enum Timestamp {
    package static let microsecondsPerSecond: Int64 = 1_000_000
    package static let microsecondsPerDay: Int64 = 86_400 * microsecondsPerSecond
    /// 0001-01-01T00:00:00 and 9999-12-31T23:59:59.999999.
    package static let range = Int64(-62_135_596_800_000_000)...Int64(253_402_300_799_999_999)

    /// The canonical timestamptz; instants out of range become the nearest one in it.
    package static func text(_ microseconds: Int64) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(32)
        append(microseconds, to: &output)
        return output
    }

    package static func append(_ microseconds: Int64, to output: inout [UInt8]) {
        appendLocal(microseconds, to: &output)
        output.appendText("+00:00")
    }

    /// Without the zone: the canonical timestamp.
    static func appendLocal(_ microseconds: Int64, to output: inout [UInt8]) {
        let instant = min(max(microseconds, range.lowerBound), range.upperBound)
        let (day, time) = split(instant)
        appendDate(CivilDate(dayNumber: day), to: &output)
        output.append(UInt8(ascii: "T"))
        appendTime(time, to: &output)
    }

    static func appendDate(_ date: CivilDate, to output: inout [UInt8]) {
        append(date.year, digits: 4, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.month, digits: 2, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.day, digits: 2, to: &output)
    }

    /// - Parameter time: microseconds since midnight.
    static func appendTime(_ time: Int64, to output: inout [UInt8]) {
        let seconds = Int(time / microsecondsPerSecond)
        append(seconds / 3600, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds / 60 % 60, digits: 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds % 60, digits: 2, to: &output)
        let fraction = Int(time % microsecondsPerSecond)
        guard fraction > 0 else { return }
        output.append(UInt8(ascii: "."))
        append(fraction, digits: 6, to: &output)
        while output.last == UInt8(ascii: "0") { output.removeLast() }
    }

    private static func append(_ value: Int, digits: Int, to output: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// Days since 1970 and microseconds since midnight.
    static func split(_ instant: Int64) -> (day: Int, time: Int64) {
        let day = instant >= 0 ? instant / microsecondsPerDay : (instant - microsecondsPerDay + 1) / microsecondsPerDay
        return (Int(day), instant - day * microsecondsPerDay)
    }

    /// The instant of a canonical timestamptz; nil for the infinities and any other text.
    package static func microseconds(_ text: [UInt8]) -> Int64? {
        guard TimestampForm.timestamptz.matches(text.span), text[0] != UInt8(ascii: "i"), text[0] != UInt8(ascii: "-") else { return nil }
        var reader = TimestampReader(text[...])
        return try? reader.instant(now: 0)
    }
}

/// The canonical forms of the four types of time, looked at without reading them into numbers.
enum TimestampForm {
    case timestamptz, timestamp, date, time

    func matches(_ text: Span<UInt8>) -> Bool {
        var at = 0
        if self != .time {
            if text.count > 0, !ASCII.isDigit(text[0]) { return isInfinity(text) }
            guard let year = number(text, &at, 4), byte(text, &at, "-"), let month = number(text, &at, 2), byte(text, &at, "-"),
                let day = number(text, &at, 2), year > 0, CivilDate(year: year, month: month, day: day).isReal
            else { return false }
            if self == .date { return at == text.count }
            guard byte(text, &at, "T") else { return false }
        }
        guard let hour = number(text, &at, 2), byte(text, &at, ":"), let minute = number(text, &at, 2), byte(text, &at, ":"),
            let second = number(text, &at, 2), minute < 60, second < 60
        else { return false }
        guard hour < 24 || (self == .time && hour == 24 && minute == 0 && second == 0 && at == text.count) else { return false }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            let start = at + 1
            at = start
            while at < text.count, ASCII.isDigit(text[at]) { at += 1 }
            guard 1...6 ~= at - start, text[at - 1] != UInt8(ascii: "0") else { return false }
        }
        if self == .timestamptz {
            guard byte(text, &at, "+"), number(text, &at, 2) == 0, byte(text, &at, ":"), number(text, &at, 2) == 0 else { return false }
        }
        return at == text.count
    }

    private func isInfinity(_ text: Span<UInt8>) -> Bool {
        let word: StaticString = "-infinity"
        let start = text[0] == UInt8(ascii: "-") ? 0 : 1
        guard text.count == 9 - start else { return false }
        for (index, byte) in word.description.utf8.dropFirst(start).enumerated() where text[index] != byte { return false }
        return true
    }

    private func number(_ text: Span<UInt8>, _ at: inout Int, _ digits: Int) -> Int? {
        guard at + digits <= text.count else { return nil }
        var value = 0
        for _ in 0..<digits {
            guard ASCII.isDigit(text[at]) else { return nil }
            value = value * 10 + Int(text[at] &- UInt8(ascii: "0"))
            at += 1
        }
        return value
    }

    private func byte(_ text: Span<UInt8>, _ at: inout Int, _ expected: Unicode.Scalar) -> Bool {
        guard at < text.count, text[at] == UInt8(ascii: expected) else { return false }
        at += 1
        return true
    }
}
