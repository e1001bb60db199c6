/// A query string by the roles of its parameters. Nothing in it is known to exist yet.
struct ParsedQuery: Sendable {
    /// Something that applies to the embed at `path`; an empty path is the root.
    struct Scoped<Value: Sendable>: Sendable {
        var path: [String]
        var value: Value
    }

    /// Nil when the parameter is absent.
    var select: [SelectItem]?
    var columns: [String]?
    var onConflict: [String]?
    var filters: [Scoped<FilterTree>] = []
    var orders: [Scoped<[OrderTerm]>] = []
    var limits: [Scoped<Int>] = []
    var offsets: [Scoped<Int>] = []
    /// Of a call by GET: the arguments.
    var arguments: [QueryItem] = []

    /// Whether rows of other tables are selected.
    var hasEmbeds: Bool { select?.contains { if case .embed = $0 { true } else { false } } ?? false }

    /// - Parameter isCall: whether pairs whose value is no filter are arguments of a function.
    init(_ items: [QueryItem], isCall: Bool = false) throws(RequestError) {
        for item in items where item.hasEquals { try take(item, isCall: isCall) }
    }

    private mutating func take(_ item: QueryItem, isCall: Bool) throws(RequestError) {
        let name = item.name
        let lastDot = name.lastIndex(of: UInt8(ascii: "."))
        switch Self.word(name[(lastDot.map { $0 + 1 } ?? 0)...]) {
        case .select where lastDot == nil: if select == nil { select = try Cursor.select(item.value) }
        case .columns where lastDot == nil: if columns == nil { columns = try Self.names(item.value, "columns parameter") }
        case .onConflict where lastDot == nil: if onConflict == nil { onConflict = try Self.names(item.value, "on_conflict parameter") }
        case .order: orders.append(Scoped(path: try path(name, lastDot), value: try Cursor.order(item.value)))
        case .limit: if let limit = Self.integer(item.value) { limits.append(Scoped(path: try path(name, lastDot), value: limit)) }
        case .offset: if let offset = Self.integer(item.value) { offsets.append(Scoped(path: try path(name, lastDot), value: offset)) }
        case .and: try takeLogic(.and, item, lastDot)
        case .or: try takeLogic(.or, item, lastDot)
        default: try takeFilter(item, isCall: isCall)
        }
    }

    private mutating func takeLogic(_ junction: FilterTree.Junction, _ item: QueryItem, _ lastDot: Int?) throws(RequestError) {
        var path = try path(item.name, lastDot)
        let isNegated = path.last == "not"
        if isNegated { path.removeLast() }
        filters.append(Scoped(path: path, value: try Cursor.logic(junction, isNegated: isNegated, item.value)))
    }

    private mutating func takeFilter(_ item: QueryItem, isCall: Bool) throws(RequestError) {
        do {
            var cursor = Cursor(item.name, "tree path")
            var path: [String] = []
            var field = try cursor.field()
            while field.path.isEmpty, cursor.take(UInt8(ascii: ".")) {
                path.append(field.name)
                field = try cursor.field()
            }
            try cursor.expectEnd("end of input")
            filters.append(Scoped(path: path, value: try Cursor.filter(field, item.value)))
        } catch {
            guard isCall else { throw error }
            arguments.append(item)
        }
    }

    /// The names before the last dot.
    private func path(_ name: [UInt8], _ lastDot: Int?) throws(RequestError) -> [String] {
        guard let lastDot else { return [] }
        var cursor = Cursor(Array(name[..<lastDot]), "tree path")
        var path: [String] = []
        repeat { path.append(try cursor.name()) } while cursor.take(UInt8(ascii: "."))
        try cursor.expectEnd("end of input")
        return path
    }

    private static func names(_ value: [UInt8], _ what: String) throws(RequestError) -> [String] {
        var cursor = Cursor(value, what)
        return try cursor.names()
    }

    /// Nil for what is not an integer, which is then ignored.
    private static func integer(_ value: [UInt8]) -> Int? {
        guard value.count <= 18 else { return nil }
        return Int(String(decoding: value, as: UTF8.self))
    }

    private enum Word { case select, columns, onConflict, order, limit, offset, and, or }

    private static func word(_ text: ArraySlice<UInt8>) -> Word? {
        switch text.count {
        case 2 where text.elementsEqual("or".utf8): .or
        case 3 where text.elementsEqual("and".utf8): .and
        case 5 where text.elementsEqual("order".utf8): .order
        case 5 where text.elementsEqual("limit".utf8): .limit
        case 6 where text.elementsEqual("select".utf8): .select
        case 6 where text.elementsEqual("offset".utf8): .offset
        case 7 where text.elementsEqual("columns".utf8): .columns
        case 11 where text.elementsEqual("on_conflict".utf8): .onConflict
        default: nil
        }
    }
}
