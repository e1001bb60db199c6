/// Five cron fields in UTC: minute, hour, day of month, month, day of week. `*`, lists, ranges, steps; names of months and days.
///
/// As in cron, when both days are restricted a day that fits either is due. Source: crontab(5).
package struct Schedule: Hashable, Sendable {
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    private let isEitherDay: Bool

    /// Nil when the text is none of the five-field forms.
    package init?(_ text: String) {
        let fields = text.split { $0 == " " || $0 == "\t" }.map { String($0).lowercased() }
        guard fields.count == 5, let minutes = Self.set(fields[0], 0...59), let hours = Self.set(fields[1], 0...23),
            let days = Self.set(fields[2], 1...31), let months = Self.set(fields[3], 1...12, Self.monthNames),
            let weekdays = Self.set(fields[4], 0...7, Self.weekdayNames)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = weekdays & 0x7f | weekdays >> 7
        isEitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
    }

    private static let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func set(_ field: String, _ range: ClosedRange<Int>, _ names: [String] = []) -> UInt64? {
        var set: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = pieces.first, pieces.count <= 2 else { return nil }
            let step = pieces.count == 2 ? number(pieces[1]) : 1
            guard let step, step > 0, var bounds = bounds(first, range, names) else { return nil }
            // `5/10` counts from 5 to the end.
            if pieces.count == 2, bounds.count == 1, first != "*" { bounds = bounds.lowerBound...range.upperBound }
            for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) { set |= 1 << UInt64(value) }
        }
        return set
    }

    private static func bounds(_ text: Substring, _ range: ClosedRange<Int>, _ names: [String]) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { end in
            names.firstIndex(of: String(end)).map { $0 + range.lowerBound } ?? number(end)
        }
        guard 1...2 ~= ends.count, let first = ends[0], let last = ends[ends.count - 1], first <= last else { return nil }
        guard range.contains(first), range.contains(last) else { return nil }
        return first...last
    }

    private static func number(_ text: Substring) -> Int? {
        text.count <= 3 && !text.isEmpty && text.utf8.allSatisfy(ASCII.isDigit) ? Int(text) : nil
    }

    /// The first full minute after an instant that fits; nil when none of the next 41 years does (the 30th of February).
    /// - Parameter instant: microseconds since 1970 UTC.
    package func next(after instant: Int64) -> Int64? {
        let bounded = min(max(instant, Timestamp.range.lowerBound), Timestamp.range.upperBound)
        let (today, time) = Timestamp.split(bounded)
        var minute = Int(time / (60 * Timestamp.microsecondsPerSecond)) + 1
        // Leap days recur after at most eight years; on a given weekday after at most forty.
        for day in today...today + 41 * 366 {
            if fits(CivilDate(dayNumber: day)) {
                while minute < 24 * 60 {
                    if hours >> UInt64(minute / 60) & 1 == 0 {
                        minute = (minute / 60 + 1) * 60
                    } else if minutes >> UInt64(minute % 60) & 1 == 0 {
                        minute += 1
                    } else {
                        return Int64(day) * Timestamp.microsecondsPerDay + Int64(minute) * 60 * Timestamp.microsecondsPerSecond
                    }
                }
            }
            minute = 0
        }
        return nil
    }

    private func fits(_ date: CivilDate) -> Bool {
        guard months >> UInt64(date.month) & 1 == 1 else { return false }
        let byDay = days >> UInt64(date.day) & 1 == 1
        let byWeekday = weekdays >> UInt64(date.weekday) & 1 == 1
        return isEitherDay ? byDay || byWeekday : byDay && byWeekday
    }
}
