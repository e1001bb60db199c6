/// One pair of a query string, decoded: percent escapes resolved, `+` a space. The bytes need not be UTF-8.
package struct QueryItem: Hashable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]
    /// A pair without `=` means nothing here; it only shows in `Content-Location`.
    package let hasEquals: Bool

    package init(name: [UInt8], value: [UInt8], hasEquals: Bool = true) {
        self.name = name
        self.value = value
        self.hasEquals = hasEquals
    }
}

extension QueryItem {
    /// The pairs of a raw query string (without `?`), in order. Never fails: a `%` that no two hexadecimal digits follow stands for itself.
    ///
    /// Source: url.spec.whatwg.org, application/x-www-form-urlencoded parsing.
    package static func items(of query: [UInt8]) -> [QueryItem] {
        var items: [QueryItem] = []
        for pair in query.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { pair[($0 + 1)...] }
            items.append(
                QueryItem(
                    name: decoded(pair[..<(equals ?? pair.endIndex)]), value: value.map(decoded) ?? [], hasEquals: value != nil))
        }
        return items
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var at = text.startIndex
        while at < text.endIndex {
            let byte = text[at]
            at += 1
            switch byte {
            case UInt8(ascii: "+"): output.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                if at + 1 < text.endIndex, let high = hexadecimal(text[at]), let low = hexadecimal(text[at + 1]) {
                    output.append(high << 4 | low)
                    at += 2
                } else {
                    output.append(byte)
                }
            default: output.append(byte)
            }
        }
        return output
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension [QueryItem] {
    /// The query as `Content-Location` gives it: pairs sorted by name, everything but letters, digits and `-_.~` escaped.
    var canonical: String {
        var output: [UInt8] = []
        for item in enumerated().sorted(by: { $0.element.name.lexicographicallyPrecedes($1.element.name) }).map(\.element) {
            if !output.isEmpty { output.append(UInt8(ascii: "&")) }
            output.appendEscaped(item.name)
            if item.hasEquals {
                output.append(UInt8(ascii: "="))
                output.appendEscaped(item.value)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends text as it may stand in a query: everything but letters, digits and `-_.~` becomes `%XX`.
    mutating func appendEscaped(_ text: [UInt8]) {
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                append(byte)
            default:
                append(UInt8(ascii: "%"))
                append(Self.hexadecimalDigit(byte >> 4))
                append(Self.hexadecimalDigit(byte & 0x0f))
            }
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
