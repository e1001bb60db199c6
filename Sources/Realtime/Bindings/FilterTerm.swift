/// One condition of a filter as written: `column=[not.]op.value`. Source: supabase/realtime
/// lib/extensions/postgres_cdc_rls/subscriptions.ex.
struct FilterTerm: Hashable {
    enum Operator: String {
        case eq, neq, lt, lte, gt, gte
        case isIn = "in"
        case like, ilike, match, imatch
        case isKeyword = "is"
        case isDistinct = "isdistinct"
    }

    let column: String
    let isNegated: Bool
    let comparison: Operator
    /// Without quotes; of `in` the list in braces, as PostgreSQL writes arrays.
    let value: [UInt8]

    /// The conditions of a filter, all of which must hold; none when it is blank.
    static func terms(of filter: [UInt8], limit: Int) throws(FilterError) -> [FilterTerm] {
        let text = trimmed(filter[...])
        guard !text.isEmpty else { return [] }
        var terms: [FilterTerm] = []
        for segment in segments(of: text) {
            terms.append(try FilterTerm(segment: trimmed(segment)))
            if limit > 0, terms.count > limit { throw .syntax("filter must not contain more than \(limit) conditions") }
        }
        return terms
    }

    /// Splits at commas outside parentheses and outside quoted runs. A quote opens a run only after `.`, `(` or `,`.
    private static func segments(of text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var segments: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var at = start
        var depth = 0
        var isQuoted = false
        var previous: UInt8 = 0
        while at < text.endIndex {
            let byte = text[at]
            switch byte {
            case UInt8(ascii: "\\") where isQuoted && at + 1 < text.endIndex: at += 1
            case UInt8(ascii: "\"") where isQuoted: isQuoted = false
            case _ where isQuoted: break
            case UInt8(ascii: "\""): isQuoted = opensQuotes(previous)
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case UInt8(ascii: ",") where depth == 0:
                segments.append(text[start..<at])
                start = at + 1
            default: break
            }
            previous = depth == 0 && byte == UInt8(ascii: ",") && !isQuoted ? 0 : byte
            at += 1
        }
        segments.append(text[start...])
        return segments
    }

    private static func opensQuotes(_ previous: UInt8) -> Bool {
        previous == UInt8(ascii: ".") || previous == UInt8(ascii: "(") || previous == UInt8(ascii: ",")
    }

    private init(segment: ArraySlice<UInt8>) throws(FilterError) {
        guard !segment.isEmpty else { throw .syntax("filter must not contain empty segments (check for extra commas)") }
        guard let equals = segment.firstIndex(of: UInt8(ascii: "=")) else { throw .parts([segment]) }
        var operation = segment[(equals + 1)...]
        isNegated = operation.starts(with: "not.".utf8)
        if isNegated { operation = operation.dropFirst(4) }
        guard let dot = operation.firstIndex(of: UInt8(ascii: ".")) else { throw .parts([operation]) }
        let value = operation[(dot + 1)...]
        guard let comparison = Operator(rawValue: String(decoding: operation[..<dot], as: UTF8.self)) else {
            throw .parts([operation[..<dot], value])
        }
        column = String(decoding: segment[..<equals], as: UTF8.self)
        self.comparison = comparison
        switch comparison {
        case .match, .imatch: throw .syntax("operator \(comparison.rawValue) is not supported")
        case .isIn:
            guard value.count >= 2, value.first == UInt8(ascii: "("), value.last == UInt8(ascii: ")") else {
                throw .syntax("`in` filter value must be wrapped by parentheses")
            }
            self.value = [UInt8(ascii: "{")] + value.dropFirst().dropLast() + [UInt8(ascii: "}")]
        case .eq, .neq, .lt, .lte, .gt, .gte, .like, .ilike, .isKeyword, .isDistinct: self.value = Self.unquoted(value)
        }
    }

    /// The text inside quotes that enclose the whole value; any other value is literal.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> [UInt8] {
        guard value.first == UInt8(ascii: "\"") else { return Array(value) }
        var content: [UInt8] = []
        var at = value.startIndex + 1
        while at < value.endIndex {
            switch value[at] {
            case UInt8(ascii: "\""): return at + 1 == value.endIndex ? content : Array(value)
            case UInt8(ascii: "\\") where at + 1 < value.endIndex:
                at += 1
                content.append(value[at])
            default: content.append(value[at])
            }
            at += 1
        }
        return Array(value)
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
        var rest = text
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
