/// Reads a date, a time of day or both, as PostgreSQL takes them under `ISO, MDY`: `2026-01-15 10:00:00.5+02`, `20260115T1000Z`, `now`.
///
/// Not taken: months in words, years before 0001 or after 9999, zones by name other than UTC.
struct TimestampReader {
    enum Failure: Error { case syntax, range }

    private var rest: ArraySlice<UInt8>

    init(_ literal: ArraySlice<UInt8>) { rest = ASCII.trimmed(literal) }

    /// The instant in UTC; a text without a zone is in UTC, one without a time is midnight.
    /// - Parameter now: what `now` and `today` stand for, microseconds since 1970.
    mutating func instant(now: @autoclosure () -> Int64) throws(Failure) -> Int64 {
        if let word = try word(now: now) { return word }
        let (local, offset) = try dateAndTime()
        let instant = local - Int64(offset) * Timestamp.microsecondsPerSecond
        guard Timestamp.range.contains(instant) else { throw .range }
        return instant
    }

    /// The date and time as written; a zone is read and ignored, as PostgreSQL does for types without one.
    mutating func local(now: @autoclosure () -> Int64) throws(Failure) -> Int64 {
        if let word = try word(now: now) { return word }
        let (local, _) = try dateAndTime()
        guard Timestamp.range.contains(local) else { throw .range }
        return local
    }

    /// Microseconds since midnight, up to and with 24:00.
    mutating func timeOfDay(now: @autoclosure () -> Int64) throws(Failure) -> Int64 {
        if rest.first.map(ASCII.isLetter) == true {
            guard String(decoding: rest, as: UTF8.self).lowercased() == "now" else { throw .syntax }
            return Timestamp.split(now()).time
        }
        let hasColon = rest.prefix(3).last == UInt8(ascii: ":") || rest.prefix(2).last == UInt8(ascii: ":")
        guard hasColon else {
            let (local, _) = try dateAndTime()
            return Timestamp.split(local).time
        }
        let time = try time()
        _ = try zone()
        guard rest.isEmpty else { throw .syntax }
        return time
    }

    private mutating func word(now: () -> Int64) throws(Failure) -> Int64? {
        guard let first = rest.first, ASCII.isLetter(first) else { return nil }
        func midnight(_ days: Int) -> Int64 { Int64(Timestamp.split(now()).day + days) * Timestamp.microsecondsPerDay }
        switch String(decoding: rest.prefix(16), as: UTF8.self).lowercased() {
        case "now": return now()
        case "today": return midnight(0)
        case "tomorrow": return midnight(1)
        case "yesterday": return midnight(-1)
        case "epoch": return 0
        default: throw .syntax
        }
    }

    private mutating func dateAndTime() throws(Failure) -> (local: Int64, offsetSeconds: Int) {
        let date = try date()
        var time: Int64 = 0
        var offset = 0
        let separators = rest.prefix { $0 == UInt8(ascii: " ") || $0 | 0x20 == UInt8(ascii: "t") }
        if !separators.isEmpty {
            rest = rest.dropFirst(separators.count)
            time = try self.time()
        }
        offset = try zone()
        guard rest.isEmpty else { throw .syntax }
        guard date.isReal, date.year >= 1, date.year <= 9999 else { throw .range }
        return (Int64(date.dayNumber) * Timestamp.microsecondsPerDay + time, offset)
    }

    private mutating func date() throws(Failure) -> CivilDate {
        let digits = countDigits()
        if digits == 8 {
            guard let year = number(4), let month = number(2), let day = number(2) else { throw .syntax }
            return CivilDate(year: year, month: month, day: day)
        }
        guard 4...6 ~= digits, let year = number(digits), take("-"), let month = number(min(countDigits(), 2)), take("-"),
            let day = number(min(countDigits(), 2))
        else { throw .syntax }
        return CivilDate(year: year, month: month, day: day)
    }

    private mutating func time() throws(Failure) -> Int64 {
        let digits = countDigits()
        let isCompact = digits == 4 || digits == 6
        guard isCompact || 1...2 ~= digits, let hour = number(isCompact ? 2 : digits) else { throw .syntax }
        var minute = 0
        var second = 0
        if isCompact {
            minute = number(2) ?? 0
            if digits == 6 { second = number(2) ?? 0 }
        } else if take(":") {
            guard 1...2 ~= countDigits(), let value = number(countDigits()) else { throw .syntax }
            minute = value
            if take(":") {
                guard 1...2 ~= countDigits(), let value = number(countDigits()) else { throw .syntax }
                second = value
            }
        }
        let fraction = take(".") ? fraction() : 0
        guard minute < 60, second <= 60 else { throw .range }
        let time = Int64(hour * 3600 + minute * 60 + second) * Timestamp.microsecondsPerSecond + fraction
        guard time <= Timestamp.microsecondsPerDay else { throw .range }
        return time
    }

    /// Rounded to microseconds.
    private mutating func fraction() -> Int64 {
        var value: Int64 = 0
        var place = 0
        while let byte = rest.first, ASCII.isDigit(byte) {
            let digit = Int64(byte - UInt8(ascii: "0"))
            if place < 6 { value = value * 10 + digit } else if place == 6, digit >= 5 { value += 1 }
            place += 1
            rest.removeFirst()
        }
        while place < 6 {
            value *= 10
            place += 1
        }
        return value
    }

    /// Seconds east of UTC.
    private mutating func zone() throws(Failure) -> Int {
        rest = rest.drop { $0 == UInt8(ascii: " ") }
        guard let first = rest.first else { return 0 }
        if ASCII.isLetter(first) {
            guard ["z", "utc", "gmt"].contains(String(decoding: rest.prefix(4), as: UTF8.self).lowercased()) else { throw .syntax }
            rest = []
            return 0
        }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else { throw .syntax }
        rest.removeFirst()
        let digits = countDigits()
        guard 1...2 ~= digits || digits == 4, let hours = number(min(digits, 2)) else { throw .syntax }
        var minutes = 0
        if digits == 4 || take(":") {
            guard let value = number(2) else { throw .syntax }
            minutes = value
        }
        guard hours < 16, minutes < 60 else { throw .range }
        let seconds = hours * 3600 + minutes * 60
        return first == UInt8(ascii: "-") ? -seconds : seconds
    }

    private func countDigits() -> Int { rest.prefix(7 + 2).prefix(while: ASCII.isDigit).count }

    private mutating func number(_ digits: Int) -> Int? {
        guard digits > 0, rest.count >= digits, rest.prefix(digits).allSatisfy(ASCII.isDigit) else { return nil }
        let value = rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        rest = rest.dropFirst(digits)
        return value
    }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: expected) else { return false }
        rest.removeFirst()
        return true
    }
}
