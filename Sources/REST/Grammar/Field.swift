/// A column, and perhaps a way into its JSON: `metadata->device->>model`.
struct Field: Hashable, Sendable {
    var name: String
    var path: [JSONStep] = []
}

/// One arrow and what follows it.
struct JSONStep: Hashable, Sendable {
    enum Key: Hashable, Sendable {
        case name([UInt8])
        /// An array's element; negative ones count from the end.
        case index(Int)
    }

    var key: Key
    /// `->>`: the value as text instead of JSON.
    var isText: Bool
}

extension Cursor {
    mutating func field() throws(RequestError) -> Field {
        let name = try name()
        guard current == UInt8(ascii: "-") else { return Field(name: name) }
        return Field(name: name, path: try jsonPath())
    }

    /// `{ ("->" | "->>") key }`; none when no arrow comes next.
    mutating func jsonPath() throws(RequestError) -> [JSONStep] {
        var steps: [JSONStep] = []
        while take("->") {
            let isText = take(UInt8(ascii: ">"))
            steps.append(JSONStep(key: try jsonKey(), isText: isText))
        }
        return steps
    }

    private mutating func jsonKey() throws(RequestError) -> JSONStep.Key {
        if current == UInt8(ascii: "\""), let key = quoted() { return .name(key) }
        if let index = jsonIndex() { return .index(index) }
        let start = position
        while let byte = current, !Self.endsKey(byte) {
            if byte == UInt8(ascii: "-"), following == UInt8(ascii: ">") { break }
            position += 1
        }
        guard position > start else { throw failure(expecting: "any non reserved character different from: .,>()") }
        return .name(Array(bytes[start..<position]))
    }

    /// A possibly negative integer that `->`, `::`, `.`, `,` or the end follows.
    private mutating func jsonIndex() -> Int? {
        let start = position
        let isNegative = take(UInt8(ascii: "-"))
        let digits = takeRun { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let ends: Bool
        switch current {
        case nil, UInt8(ascii: "."), UInt8(ascii: ","): ends = true
        case UInt8(ascii: "-"): ends = following == UInt8(ascii: ">")
        case UInt8(ascii: ":"): ends = following == UInt8(ascii: ":")
        default: ends = false
        }
        guard ends, let index = Int(String(decoding: digits, as: UTF8.self)), index < 1 << 31 else {
            rewind(to: start)
            return nil
        }
        return isNegative ? -index : index
    }

    private static func endsKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ">"), UInt8(ascii: ")"): true
        default: false
        }
    }
}
