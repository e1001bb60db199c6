/// One key of `order`.
struct OrderTerm: Hashable, Sendable {
    /// The embedded table whose column orders: `order=profiles(email)`.
    var relation: String?
    var field: Field
    var isDescending = false
    /// Nil: as PostgreSQL has it, last when ascending, first when descending.
    var nullsFirst: Bool?

    var putsNullsFirst: Bool { nullsFirst ?? isDescending }
}

extension Cursor {
    /// The whole `order` parameter.
    static func order(_ value: [UInt8]) throws(RequestError) -> [OrderTerm] {
        var cursor = Cursor(value, "order")
        cursor.skipBlanks()
        guard !cursor.isAtEnd else { return [] }
        var terms: [OrderTerm] = []
        repeat {
            terms.append(try cursor.orderTerm())
            cursor.skipBlanks()
        } while cursor.take(UInt8(ascii: ","))
        try cursor.expectEnd("\",\" or end of input")
        return terms
    }

    private mutating func orderTerm() throws(RequestError) -> OrderTerm {
        var term = OrderTerm(field: try field())
        if term.field.path.isEmpty, take(UInt8(ascii: "(")) {
            term.relation = term.field.name
            term.field = try field()
            skipBlanks()
            try expect(UInt8(ascii: ")"), or: "\")\"")
        }
        while take(UInt8(ascii: ".")) {
            let start = position
            switch String(decoding: takeRun { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }, as: UTF8.self) {
            case "asc" where term.nullsFirst == nil: term.isDescending = false
            case "desc" where term.nullsFirst == nil: term.isDescending = true
            case "nullsfirst": term.nullsFirst = true
            case "nullslast": term.nullsFirst = false
            default:
                rewind(to: start)
                throw failure(expecting: "asc, desc, nullsfirst or nullslast")
            }
        }
        return term
    }
}
