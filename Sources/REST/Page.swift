/// Which part of a result is asked for.
struct Page: Hashable, Sendable {
    var offset = 0
    /// Nil: all of it.
    var limit: Int?

    /// Root limit and offset, cut by a `Range` header (`0-9`, `10-`), cut by the configured limit.
    init(limit: Int?, offset: Int?, rangeHeader: String?, maxRows: Int) throws(RequestError) {
        if let limit, limit < 0 { throw .range("Limit should be greater than or equal to zero.") }
        self.limit = limit
        self.offset = max(0, offset ?? 0)
        if let (first, last) = rangeHeader.flatMap(Self.bounds) { try cut(first: first, last: last) }
        if maxRows > 0 { self.limit = min(self.limit ?? maxRows, maxRows) }
    }

    private mutating func cut(first: Int, last: Int?) throws(RequestError) {
        let asksForNothing = limit == 0
        var end = limit.map { offset.addingReportingOverflow($0) }.map { $0.overflow ? Int.max : $0.partialValue } ?? .max
        if let last { end = min(end, last + 1) }
        offset = max(offset, first)
        guard end > offset || asksForNothing else {
            throw .range("The lower boundary must be lower than or equal to the upper boundary in the Range header.")
        }
        limit = end == .max ? nil : max(0, end - offset)
    }

    /// Nil for what is not `digits-digits?`, which is then ignored.
    private static func bounds(_ header: String) -> (first: Int, last: Int?)? {
        let parts = header.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(isNumber), let first = Int(parts[0]) else { return nil }
        return (first, Int(parts[1]))
    }

    /// Digits, few enough for no sum to overflow; or nothing.
    private static func isNumber(_ text: Substring) -> Bool {
        text.utf8.count < 18 && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    /// The status and `Content-Range` of `count` rows out of `total`, nil when no total was asked for.
    ///
    /// - Throws: PGRST103 when the offset lies past the end.
    func range(count: Int, total: Int?) throws(RequestError) -> (status: Int, contentRange: String) {
        if let total, offset > total {
            var error = RequestError.range("An offset of \(offset) was requested, but there are only \(total) rows.")
            error.contentRange = "*/\(total)"
            throw error
        }
        let rows = count == 0 ? "*" : "\(offset)-\(offset + count - 1)"
        return (total.map { count < $0 ? 206 : 200 } ?? 200, "\(rows)/\(total.map(String.init) ?? "*")")
    }

    /// The total, if these rows already tell it.
    func knownTotal(count: Int) -> Int? {
        guard limit.map({ count < $0 }) ?? true, count > 0 || offset == 0 else { return nil }
        return offset + count
    }
}
