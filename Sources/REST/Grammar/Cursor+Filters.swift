extension Cursor {
    /// The value of a plain filter: `["not."] operation`, whose text is everything that is left, quotes and all.
    static func filter(_ field: Field, _ value: [UInt8]) throws(RequestError) -> FilterTree {
        var cursor = Cursor(value, "filter")
        return .filter(try cursor.condition(on: field, isInLogic: false))
    }

    /// The value of an `and` or `or` parameter, parentheses included.
    static func logic(_ junction: FilterTree.Junction, isNegated: Bool, _ value: [UInt8]) throws(RequestError) -> FilterTree {
        var cursor = Cursor(value, "logic tree")
        let members = try cursor.group(depth: 0)
        try cursor.expectEnd("end of input")
        return .group(junction, isNegated: isNegated, members)
    }

    private mutating func group(depth: Int) throws(RequestError) -> [FilterTree] {
        guard depth < Self.depthLimit else { throw failure(expecting: "at most \(Self.depthLimit) levels") }
        skipBlanks()
        try expect(UInt8(ascii: "("), or: "\"(\"")
        var members: [FilterTree] = []
        repeat {
            skipBlanks()
            members.append(try member(depth: depth))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: ")"), or: "\",\" or \")\"")
        skipBlanks()
        return members
    }

    private mutating func member(depth: Int) throws(RequestError) -> FilterTree {
        let start = position
        let isNegated = take("not.")
        if let junction = junction() { return .group(junction, isNegated: isNegated, try group(depth: depth + 1)) }
        rewind(to: start)
        let field = try field()
        try expect(UInt8(ascii: "."), or: "\".\"")
        return .filter(try condition(on: field, isInLogic: true))
    }

    /// `and` or `or` with its parenthesis next; nothing read otherwise.
    private mutating func junction() -> FilterTree.Junction? {
        let start = position
        let junction: FilterTree.Junction? = take("and") ? .and : take("or") ? .or : nil
        skipBlanks()
        guard let junction, current == UInt8(ascii: "(") else {
            rewind(to: start)
            return nil
        }
        return junction
    }

    private mutating func condition(on field: Field, isInLogic: Bool) throws(RequestError) -> Filter {
        let isNegated = take("not.")
        let start = position
        let word = takeRun { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
        let operation: Operation?
        switch String(decoding: word, as: UTF8.self) {
        case "in": operation = try list(isInLogic: isInLogic)
        case "is": operation = try truth(isInLogic: isInLogic)
        case "isdistinct": operation = try text(isInLogic: isInLogic).map(Operation.isDistinct)
        case let name where name == "fts" || name == "plfts" || name == "phfts" || name == "wfts":
            operation = try fullText(name, isInLogic: isInLogic)
        case let name:
            if let word = Operator(rawValue: name) { operation = try comparison(word, isInLogic: isInLogic) } else { operation = nil }
        }
        guard let operation else {
            rewind(to: start)
            throw failure(expecting: isNegated ? "operator (eq, gt, ...)" : "\"not\" or operator (eq, gt, ...)")
        }
        return Filter(field: field, isNegated: isNegated, operation: operation)
    }

    private mutating func comparison(_ word: Operator, isInLogic: Bool) throws(RequestError) -> Operation? {
        var quantifier: Operation.Quantifier?
        if word.isQuantifiable { quantifier = take("(any)") ? .any : take("(all)") ? .all : nil }
        return try text(isInLogic: isInLogic).map { .compare(word, quantifier, $0) }
    }

    private mutating func fullText(_ name: String, isInLogic: Bool) throws(RequestError) -> Operation? {
        if take(UInt8(ascii: "(")) {
            _ = takeRun { $0 != UInt8(ascii: ")") }
            guard take(UInt8(ascii: ")")) else { return nil }
        }
        return try text(isInLogic: isInLogic).map { _ in .fullText(name) }
    }

    /// `.` and a text; nil when no dot comes next.
    private mutating func text(isInLogic: Bool) throws(RequestError) -> [UInt8]? {
        guard take(UInt8(ascii: ".")) else { return nil }
        guard isInLogic else { return takeRest() }
        if current == UInt8(ascii: "{"), let literal = braces() { return literal }
        return element()
    }

    /// An element of a list: in double quotes if `,` or `)` follows them, else everything up to the next of the two.
    private mutating func element() -> [UInt8] {
        let start = position
        if let text = quoted() {
            if isAtEnd || current == UInt8(ascii: ",") || current == UInt8(ascii: ")") { return text }
            rewind(to: start)
        }
        return Array(takeRun { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ")") })
    }

    /// `{a,b}` as one text; nil, and nothing read, when it does not close.
    private mutating func braces() -> [UInt8]? {
        let start = position
        var text = Array(takeRun { $0 != UInt8(ascii: "}") })
        guard take(UInt8(ascii: "}")) else {
            rewind(to: start)
            return nil
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    private mutating func list(isInLogic: Bool) throws(RequestError) -> Operation? {
        guard take(UInt8(ascii: ".")) else { return nil }
        skipBlanks()
        try expect(UInt8(ascii: "("), or: "\"(\"")
        skipBlanks()
        var elements: [[UInt8]] = []
        if current != UInt8(ascii: ")") {
            repeat { elements.append(element()) } while take(UInt8(ascii: ","))
        }
        try expect(UInt8(ascii: ")"), or: "\",\" or \")\"")
        if !isInLogic {
            skipBlanks()
            try expectEnd("end of input")
        }
        return .isIn(elements)
    }

    private mutating func truth(isInLogic: Bool) throws(RequestError) -> Operation? {
        guard take(UInt8(ascii: ".")) else { return nil }
        let start = position
        let word = takeRun { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ")") }
        let text = String(decoding: word, as: UTF8.self).lowercased()
        guard let truth = Operation.Truth(rawValue: String(text.drop { $0 == " " }.prefix { $0 != " " })), isInLogic || isAtEnd else {
            rewind(to: start)
            throw failure(expecting: "null, not_null, true, false or unknown")
        }
        return .truth(truth)
    }
}
