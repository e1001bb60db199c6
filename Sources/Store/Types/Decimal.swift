/// Decimal numbers as text: what PostgreSQL's `numeric` prints, its scale kept. `2.50`, `-0.001`, `NaN`, `Infinity`, `-Infinity`.
enum Decimal {
    /// Digits before and after the point that a literal may expand to: a short text with an exponent must not become a large one.
    static let digitLimit = 1000

    enum Failure: Error { case syntax, range }

    /// Appends the canonical form of a literal: no plus, no leading zeros, no exponent, no minus before zero.
    static func appendCanonical(_ literal: ArraySlice<UInt8>, to output: inout [UInt8]) throws(Failure) {
        let text = ASCII.trimmed(literal)
        if let word = special(text) {
            output.append(contentsOf: word.utf8)
            return
        }
        var at = text.startIndex
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { at += 1 }
        var digits: [UInt8] = []
        var scale = 0
        var hasDigits = false
        var isAfterPoint = false
        while at < text.endIndex {
            let byte = text[at]
            if ASCII.isDigit(byte) {
                hasDigits = true
                if !(digits.isEmpty && byte == UInt8(ascii: "0")) { digits.append(byte) }
                if isAfterPoint { scale += 1 }
            } else if byte == UInt8(ascii: "."), !isAfterPoint {
                isAfterPoint = true
            } else {
                break
            }
            at += 1
        }
        guard hasDigits else { throw .syntax }
        let exponent = try exponent(text[at...])
        try append(digits, isNegative: isNegative, scale: scale, exponent: exponent, to: &output)
    }

    private static func exponent(_ text: ArraySlice<UInt8>) throws(Failure) -> Int {
        guard let first = text.first else { return 0 }
        guard first | 0x20 == UInt8(ascii: "e") else { throw .syntax }
        var rest = text.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard !rest.isEmpty, rest.allSatisfy(ASCII.isDigit) else { throw .syntax }
        var value = 0
        for byte in rest { value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1_000_000) }
        return isNegative ? -value : value
    }

    private static func append(
        _ significant: [UInt8], isNegative: Bool, scale written: Int, exponent: Int, to output: inout [UInt8]
    ) throws(Failure) {
        var digits = significant
        var scale = written - exponent
        if scale < 0 {
            // Zero stays zero however large its exponent.
            if !digits.isEmpty {
                guard digits.count - scale <= digitLimit else { throw .range }
                digits.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -scale))
            }
            scale = 0
        }
        guard scale <= digitLimit, digits.count - scale <= digitLimit else { throw .range }
        if isNegative, digits.contains(where: { $0 != UInt8(ascii: "0") }) { output.append(UInt8(ascii: "-")) }
        if digits.count > scale {
            output.append(contentsOf: digits.prefix(digits.count - scale))
        } else {
            output.append(UInt8(ascii: "0"))
        }
        guard scale > 0 else { return }
        output.append(UInt8(ascii: "."))
        output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, scale - digits.count)))
        output.append(contentsOf: digits.suffix(scale))
    }

    private static func special(_ text: ArraySlice<UInt8>) -> String? {
        guard text.count <= 9, let last = text.last, !ASCII.isDigit(last), last != UInt8(ascii: ".") else { return nil }
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "nan": return "NaN"
        case "inf", "infinity", "+inf", "+infinity": return "Infinity"
        case "-inf", "-infinity": return "-Infinity"
        default: return nil
        }
    }

    /// Whether the text is what `appendCanonical` makes of itself.
    static func isCanonical(_ text: Span<UInt8>) -> Bool {
        guard text.count > 0, text.count <= 2 * digitLimit + 2 else { return false }
        var at = text[0] == UInt8(ascii: "-") ? 1 : 0
        let isNegative = at == 1
        let first = at
        var isZero = true
        while at < text.count, ASCII.isDigit(text[at]) {
            if text[at] != UInt8(ascii: "0") { isZero = false }
            at += 1
        }
        let integral = at - first
        guard integral > 0 else { return isSpecial(text) }
        guard integral <= digitLimit, integral == 1 || text[first] != UInt8(ascii: "0") else { return false }
        if at < text.count {
            guard text[at] == UInt8(ascii: "."), at + 1 < text.count, text.count - at - 1 <= digitLimit else { return false }
            at += 1
            while at < text.count {
                guard ASCII.isDigit(text[at]) else { return false }
                if text[at] != UInt8(ascii: "0") { isZero = false }
                at += 1
            }
        }
        return !(isNegative && isZero)
    }

    static func isSpecial(_ text: Span<UInt8>) -> Bool {
        rank(text) != .number && (equals(text, "NaN") || equals(text, "Infinity") || equals(text, "-Infinity"))
    }

    private static func equals(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
        let bytes = word.description.utf8
        guard text.count == bytes.count else { return false }
        for (index, byte) in bytes.enumerated() where text[index] != byte { return false }
        return true
    }

    // MARK: Order

    private enum Rank: Int { case minusInfinity, number, infinity, notANumber }

    private static func rank(_ text: Span<UInt8>) -> Rank {
        guard text.count > 0 else { return .number }
        if text[0] == UInt8(ascii: "N") { return .notANumber }
        if text[0] == UInt8(ascii: "I") { return .infinity }
        return text.count > 1 && text[0] == UInt8(ascii: "-") && text[1] == UInt8(ascii: "I") ? .minusInfinity : .number
    }

    /// Negative, zero or positive as `left` is less than, equal to or greater than `right`; both canonical. `2.5` equals `2.50`.
    ///
    /// NaN equals itself and is greater than all, as in PostgreSQL. Texts that are no decimals get some order that never changes.
    static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let ranks = (rank(left), rank(right))
        if ranks.0 != .number || ranks.1 != .number { return ranks.0.rawValue - ranks.1.rawValue }
        let isNegative = (left.count > 0 && left[0] == UInt8(ascii: "-"), right.count > 0 && right[0] == UInt8(ascii: "-"))
        if isNegative.0 != isNegative.1 { return isNegative.0 ? -1 : 1 }
        let order = compareMagnitudes(left, right, from: isNegative.0 ? 1 : 0)
        return isNegative.0 ? -order : order
    }

    private static func compareMagnitudes(_ left: Span<UInt8>, _ right: Span<UInt8>, from start: Int) -> Int {
        let points = (point(left), point(right))
        // Canonical forms have no leading zeros: more digits before the point is more.
        if points.0 != points.1 { return points.0 - points.1 }
        for index in min(start, points.0)..<points.0 where left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
        for index in points.0 + 1..<max(left.count, right.count, points.0 + 1) {
            let a = index < left.count ? left[index] : UInt8(ascii: "0")
            let b = index < right.count ? right[index] : UInt8(ascii: "0")
            if a != b { return Int(a) - Int(b) }
        }
        return 0
    }

    private static func point(_ text: Span<UInt8>) -> Int {
        for index in text.indices where text[index] == UInt8(ascii: ".") { return index }
        return text.count
    }
}
