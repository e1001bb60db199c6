package import SQLite

extension Predicate {
    /// Whether a row of the table satisfies the condition; nil when that is unknown, as SQL has it for comparisons with NULL.
    ///
    /// Gives SQLite's answer to the compiled condition, and allocates nothing.
    package func matches(_ row: Row, in table: Table) -> Bool? {
        switch self {
        case .always: return true
        case .never: return false
        case .compare(let column, let comparison, let value):
            guard let order = Self.order(row, column, value, table.columns[column].type) else { return nil }
            return comparison.holds(order)
        case .like(let column, let pattern, let ignoringCase):
            guard row.kind(at: column) == .text else { return nil }
            let text = row.bytes.span.extracting(row.range(at: column))
            return LikePattern.matches(text, pattern: pattern.span, ignoringCase: ignoringCase)
        case .isIn(let column, let values): return Self.isIn(row, column, values, table.columns[column].type)
        case .isNull(let column): return row.isNull(at: column)
        case .isBool(let column, let expected):
            guard let number = row.integer(at: column) else { return false }
            return (number != 0) == expected
        case .isDistinct(let column, let value):
            if row.isNull(at: column) || value.isNull { return row.isNull(at: column) != value.isNull }
            return Self.order(row, column, value, table.columns[column].type) != 0
        case .and(let conditions):
            var result: Bool? = true
            for condition in conditions {
                switch condition.matches(row, in: table) {
                case false?: return false
                case nil: result = nil
                case true?: continue
                }
            }
            return result
        case .or(let conditions):
            var result: Bool? = false
            for condition in conditions {
                switch condition.matches(row, in: table) {
                case true?: return true
                case nil: result = nil
                case false?: continue
                }
            }
            return result
        case .not(let condition): return condition.matches(row, in: table).map { !$0 }
        }
    }

    private static func isIn(_ row: Row, _ column: Int, _ values: [Value], _ type: ColumnType) -> Bool? {
        if values.isEmpty { return false }
        if row.isNull(at: column) { return nil }
        var hasNull = false
        for value in values {
            guard let order = order(row, column, value, type) else {
                hasNull = true
                continue
            }
            if order == 0 { return true }
        }
        return hasNull ? nil : false
    }

    /// Negative, zero or positive as the row's value is less than, equal to or greater than `value`; nil when either is NULL.
    private static func order(_ row: Row, _ column: Int, _ value: Value, _ type: ColumnType) -> Int? {
        switch (row.kind(at: column), value) {
        case (.null, _), (_, .null): return nil
        case (.integer, .integer(let right)):
            guard let left = row.integer(at: column) else { return nil }
            return left < right ? -1 : left > right ? 1 : 0
        case (.real, .real(let right)):
            guard let left = row.real(at: column) else { return nil }
            return left < right ? -1 : left > right ? 1 : 0
        // A REAL column of a captured image may hold an integer.
        case (.integer, .real(let right)):
            guard let left = row.integer(at: column).map(Double.init) else { return nil }
            return left < right ? -1 : left > right ? 1 : 0
        case (.real, .integer(let right)):
            guard let left = row.real(at: column) else { return nil }
            return left < Double(right) ? -1 : left > Double(right) ? 1 : 0
        case (.text, .text(let right)):
            let left = row.bytes.span.extracting(row.range(at: column))
            if case .numeric = type { return Decimal.compare(left, right.span) }
            return compare(left, right.span)
        case (.blob, .blob(let right)): return compare(row.bytes.span.extracting(row.range(at: column)), right.span)
        // SQLite's order of storage classes: numbers, text, blobs.
        case (let kind, let other): return Int(kind.rawValue / 3 + kind.rawValue / 4) - rank(other)
        }
    }

    private static func rank(_ value: Value) -> Int {
        switch value {
        case .null, .integer, .real: 0
        case .text: 1
        case .blob: 2
        }
    }

    @inline(__always)
    private static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return left.count - right.count
    }
}

extension Predicate.Comparison {
    @inline(__always)
    fileprivate func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
