/// PostgreSQL's intervals in words: `-24 hours`, `1 day 2 hours`, `1 month`. Source: postgresql.org/docs/15/datatype-datetime.html.
struct Interval: Hashable {
    private var months = 0
    private var microseconds: Int64 = 0

    /// Nil for any other text, and beyond ten thousand years.
    init?(_ text: [UInt8]) {
        let words = String(decoding: text, as: UTF8.self).lowercased().split { $0 == " " || $0 == "\t" }
        guard !words.isEmpty, words.count.isMultiple(of: 2) else { return nil }
        for index in stride(from: 0, to: words.count, by: 2) {
            guard let number = Int64(words[index]), number.magnitude <= 1_000_000_000_000 else { return nil }
            let unit = words[index + 1].last == "s" ? words[index + 1].dropLast() : words[index + 1]
            if let months = Self.months[String(unit)] {
                guard number.magnitude <= 120_000 else { return nil }
                self.months += Int(number) * months
            } else if let factor = Self.units[String(unit)] {
                let (product, overflows) = number.multipliedReportingOverflow(by: factor)
                let (sum, overflowsToo) = microseconds.addingReportingOverflow(product)
                guard !overflows, !overflowsToo else { return nil }
                microseconds = sum
            } else {
                return nil
            }
            guard months.magnitude <= 1_440_000, microseconds.magnitude <= Timestamp.range.upperBound.magnitude else { return nil }
        }
    }

    private static let months = ["month": 1, "mon": 1, "year": 12]
    private static let units: [String: Int64] = [
        "microsecond": 1, "millisecond": 1000, "second": 1_000_000, "sec": 1_000_000, "minute": 60_000_000, "min": 60_000_000,
        "hour": 3_600_000_000, "day": Timestamp.microsecondsPerDay, "week": 7 * Timestamp.microsecondsPerDay,
    ]

    /// The instant that much later; the 31st of a shorter month is its last day. Within years 0001 to 9999.
    func added(to instant: Int64) -> Int64 {
        let bounded = min(max(instant, Timestamp.range.lowerBound), Timestamp.range.upperBound)
        let (dayNumber, time) = Timestamp.split(bounded)
        var date = CivilDate(dayNumber: dayNumber)
        let month = date.year * 12 + date.month - 1 + months
        date.year = min(max(Int((Double(month) / 12).rounded(.down)), 1), 9999)
        date.month = (month % 12 + 12) % 12 + 1
        date.day = min(date.day, CivilDate.days(inMonth: date.month, of: date.year))
        let moved = Int64(date.dayNumber) * Timestamp.microsecondsPerDay + time + microseconds
        return min(max(moved, Timestamp.range.lowerBound), Timestamp.range.upperBound)
    }
}
