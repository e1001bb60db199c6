import Testing

@testable import Store

@Suite("Schedule") struct ScheduleTests {
    @Test(
        "gives the next minute that fits",
        arguments: [
            ("* * * * *", "2026-01-15T10:00:00Z", "2026-01-15T10:01:00Z"),
            ("* * * * *", "2026-01-15T10:00:59.999999Z", "2026-01-15T10:01:00Z"),
            ("0 2 * * *", "2026-01-15T01:59:59Z", "2026-01-15T02:00:00Z"), ("0 2 * * *", "2026-01-15T02:00:00Z", "2026-01-16T02:00:00Z"),
            ("*/15 * * * *", "2026-01-15T10:07:00Z", "2026-01-15T10:15:00Z"),
            ("5/20 * * * *", "2026-01-15T10:26:00Z", "2026-01-15T10:45:00Z"),
            ("0 9-17/4 * * *", "2026-01-15T13:00:00Z", "2026-01-15T17:00:00Z"),
            ("30 4 1,15 * *", "2026-01-15T05:00:00Z", "2026-02-01T04:30:00Z"),
            ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"), ("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"),
            ("0 0 * * 0", "2026-01-15T00:00:00Z", "2026-01-18T00:00:00Z"), ("0 0 * * 7", "2026-01-15T00:00:00Z", "2026-01-18T00:00:00Z"),
            ("0 0 * * mon-fri", "2026-01-16T12:00:00Z", "2026-01-19T00:00:00Z"),
            ("0 0 13 * fri", "2026-01-13T00:00:00Z", "2026-01-16T00:00:00Z"),
            ("0 0 1 jan *", "2026-01-15T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
            ("0 0 29 2 */7", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00Z"), ("0 0 30 2 *", "2026-01-01T00:00:00Z", nil),
        ] as [(String, String, String?)])
    func next(text: String, after: String, expected: String?) throws {
        let schedule = try #require(Schedule(text))
        func instant(_ literal: String) throws -> Int64 {
            var reader = TimestampReader(Array(literal.utf8)[...])
            return try reader.instant(now: 0)
        }
        #expect(schedule.next(after: try instant(after)) == (try expected.map(instant)))
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "*/0 * * * *", "5-1 * * * *",
            "a * * * *",
            "1,,2 * * * *", "-1 * * * *", "1/2/3 * * * *", "@daily", "1- * * * *", "99999999999999999999 * * * *",
        ])
    func refused(text: String) { #expect(Schedule(text) == nil) }
}
