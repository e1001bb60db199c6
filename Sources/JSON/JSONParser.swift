/// Turns a text into a tape in one pass, without recursion.
///
/// The containers that are open form a list through `JSONNode.next`. What only the relaxed dialect allows is looked for where the strict
/// one would fail, so it costs the strict one nothing.
struct JSONParser {
    let limits: JSONLimits
    let isRelaxed: Bool
    private(set) var nodes: [JSONNode] = []
    /// Index of the innermost open container, or -1.
    private var open = -1
    private var openIsObject = false
    private var depth = 0

    init(limits: JSONLimits, isRelaxed: Bool) {
        self.limits = limits
        self.isRelaxed = isRelaxed
    }

    mutating func parse(_ text: Span<UInt8>) throws(JSONError) {
        guard text.count <= UInt32.max else {
            throw JSONError(message: "document of \(text.count) bytes exceeds limit of \(UInt32.max)", offset: 0, line: 1, column: 1)
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: text)
        } catch {
            throw JSONError("invalid UTF-8", at: error.byteOffsets.lowerBound, of: text)
        }
        // A row object has a node per 12 bytes; a large body may as well be one long string.
        nodes.reserveCapacity(min(text.count / 12, 4096) + 4)
        var at = try skipSpace(text, 0)
        repeat {
            at = try parseValue(text, at)
        } while try moveToNextValue(text, &at)
    }

    /// Parses the value at `at`, of a container only the opening; returns what follows.
    @inline(__always)
    private mutating func parseValue(_ text: Span<UInt8>, _ at: Int) throws(JSONError) -> Int {
        guard at < text.count else { throw unexpected("a value", text, at) }
        let byte = text[at]
        switch byte {
        case ASCII.quote:
            return try parseString(text, at, [])
        case ASCII.openBrace:
            try enter(.object, text, at)
            return at + 1
        case ASCII.openBracket:
            try enter(.array, text, at)
            return at + 1
        case ASCII.minus, ASCII.zero...ASCII.nine:
            return try parseNumber(text, at)
        case ASCII.t:
            return try parseWord("true", .bool, .plain, text, at)
        case ASCII.f:
            return try parseWord("false", .bool, [], text, at)
        case ASCII.n:
            return try parseWord("null", .null, [], text, at)
        default:
            guard isRelaxed, byte == ASCII.apostrophe else { throw unexpected("a value", text, at) }
            return try parseString(text, at, .apostrophes)
        }
    }

    /// Moves past closings, a comma and a key to where the next value begins; false at the document's end.
    @inline(__always)
    private mutating func moveToNextValue(_ text: Span<UInt8>, _ at: inout Int) throws(JSONError) -> Bool {
        while open >= 0 {
            at = try skipSpace(text, at)
            guard at < text.count else { throw unexpected(continuation, text, at) }
            let byte = text[at]
            let isFresh = open == nodes.count - 1
            if byte == (openIsObject ? ASCII.closeBrace : ASCII.closeBracket) {
                at += 1
                leave(at)
                continue
            }
            if !isFresh {
                guard byte == ASCII.comma else { throw unexpected(continuation, text, at) }
                at = try skipSpace(text, at + 1)
                if isRelaxed, at < text.count, text[at] == (openIsObject ? ASCII.closeBrace : ASCII.closeBracket) { continue }
            }
            nodes[open].countOne()
            if openIsObject { at = try parseKey(text, at) }
            return true
        }
        at = try skipSpace(text, at)
        guard at == text.count else { throw unexpected("the end", text, at) }
        return false
    }

    /// Parses a key, its colon and the white space around; returns where the value begins.
    @inline(__always)
    private mutating func parseKey(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        guard start < text.count else { throw unexpected("a key in quotes", text, start) }
        var at: Int
        if text[start] == ASCII.quote {
            at = try parseString(text, start, .key)
        } else if isRelaxed {
            at = try parseRelaxedKey(text, start)
        } else {
            throw unexpected("a key in quotes", text, start)
        }
        at = try skipSpace(text, at)
        guard at < text.count, text[at] == ASCII.colon else { throw unexpected("':'", text, at) }
        return try skipSpace(text, at + 1)
    }

    /// Puts a finished scalar or key on the tape.
    @inline(__always)
    mutating func append(
        _ kind: JSONView.Kind, _ flags: JSONNode.Flags, _ range: Range<Int>, _ text: Span<UInt8>
    ) throws(JSONError) {
        let index = nodes.count
        guard index < limits.nodes else { throw tooMany(text, range.lowerBound) }
        nodes.append(JSONNode(kind, flags, start: range.lowerBound, end: range.upperBound, next: index + 1))
    }

    private mutating func enter(_ kind: JSONView.Kind, _ text: Span<UInt8>, _ at: Int) throws(JSONError) {
        guard depth < limits.depth else {
            throw JSONError("nesting of \(depth + 1) exceeds limit of \(limits.depth)", at: at, of: text)
        }
        guard nodes.count < limits.nodes else { throw tooMany(text, at) }
        depth += 1
        nodes.append(JSONNode(kind, start: at, end: at, next: open))
        open = nodes.count - 1
        openIsObject = kind == .object
    }

    private mutating func leave(_ end: Int) {
        let around = nodes[open].next
        nodes[open].close(end: end, next: nodes.count)
        open = around == .max ? -1 : Int(around)
        openIsObject = open >= 0 && nodes[open].kind == .object
        depth -= 1
    }

    /// What may follow a value in the innermost container, or its opening.
    private var continuation: String {
        let isFresh = open == nodes.count - 1
        return switch (isFresh, openIsObject) {
        case (true, true): "a key in quotes or '}'"
        case (true, false): "a value or ']'"
        case (false, true): "',' or '}'"
        case (false, false): "',' or ']'"
        }
    }

    @inline(__always)
    private func skipSpace(_ text: Span<UInt8>, _ start: Int) throws(JSONError) -> Int {
        var at = start
        while at < text.count {
            let byte = text[at]
            if byte > ASCII.space { return isRelaxed && byte == ASCII.slash ? try skipComments(text, at) : at }
            guard ASCII.isSpace(byte) else { return at }
            at += 1
        }
        return at
    }
}
