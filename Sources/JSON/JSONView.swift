/// One value of a document, read in place. Cheap to copy; keeps its document alive.
package struct JSONView: Sendable {
    package enum Kind: UInt8, Sendable {
        case null, bool, number, string, array, object
    }

    let document: JSONDocument
    let index: Int

    var node: JSONNode { document.nodes[index] }

    package var kind: Kind { node.kind }
    package var isNull: Bool { kind == .null }

    /// Elements of an array, members of an object (repeated keys counted each time), otherwise 0.
    package var count: Int { node.count }

    /// The value of an object's member, the last one when the key is repeated, as PostgreSQL's jsonb has it.
    ///
    /// Nil when there is none or this is not an object. Looks at every key: take many members of a large object with `forEachMember`.
    package subscript(_ key: String) -> JSONView? {
        let wanted = key.utf8.span
        var found: JSONView?
        forEachMember { key, value in
            if key.equals(wanted) { found = value }
        }
        return found
    }

    /// An array's element, nil past its end or when this is not an array.
    package subscript(_ position: Int) -> JSONView? {
        guard kind == .array, position >= 0, position < count else { return nil }
        var place = index + 1
        for _ in 0..<position { place = Int(document.nodes[place].next) }
        return JSONView(document: document, index: place)
    }

    /// Calls `body` with each element of an array, in order.
    package func forEachElement<E>(_ body: (JSONView) throws(E) -> Void) throws(E) {
        guard kind == .array else { return }
        let end = Int(node.next)
        var place = index + 1
        while place < end {
            try body(JSONView(document: document, index: place))
            place = Int(document.nodes[place].next)
        }
    }

    /// Calls `body` with each member of an object, in order; `key` is a string.
    package func forEachMember<E>(_ body: (_ key: JSONView, _ value: JSONView) throws(E) -> Void) throws(E) {
        guard kind == .object else { return }
        let end = Int(node.next)
        var place = index + 1
        while place < end {
            try body(JSONView(document: document, index: place), JSONView(document: document, index: place + 1))
            place = Int(document.nodes[place + 1].next)
        }
    }

    package var elements: [JSONView] {
        var elements: [JSONView] = []
        elements.reserveCapacity(count)
        forEachElement { elements.append($0) }
        return elements
    }

    package var members: [(key: String, value: JSONView)] {
        var members: [(key: String, value: JSONView)] = []
        members.reserveCapacity(count)
        forEachMember { members.append(($0.string ?? "", $1)) }
        return members
    }

    /// Whether two members of this object have the same key once unescaped.
    package var hasRepeatedKeys: Bool {
        var seen: Set<[UInt8]> = []
        var isRepeated = false
        forEachMember { key, _ in
            if !isRepeated, let name = key.utf8 { isRepeated = !seen.insert(name).inserted }
        }
        return isRepeated
    }
}
