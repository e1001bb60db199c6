/// UUIDs as 36 lower-case characters. Source: postgres src/backend/utils/adt/uuid.c for what is taken.
enum UUIDText {
    /// Appends the canonical form: upper case, braces and missing hyphens are taken. False, and an undefined tail, for any other text.
    static func appendCanonical(_ literal: ArraySlice<UInt8>, to output: inout [UInt8]) -> Bool {
        var rest = literal
        if rest.first == UInt8(ascii: "{") {
            guard rest.last == UInt8(ascii: "}") else { return false }
            rest = rest.dropFirst().dropLast()
        }
        var digits = 0
        for (index, byte) in rest.enumerated() {
            if byte == UInt8(ascii: "-") {
                // After every fourth digit, but neither first nor last nor twice.
                guard digits > 0, digits % 4 == 0, digits < 32, rest[rest.startIndex + index - 1] != byte else { return false }
                continue
            }
            guard digits < 32, ASCII.hexadecimal(byte) != nil else { return false }
            if [8, 12, 16, 20].contains(digits) { output.append(UInt8(ascii: "-")) }
            output.append(ASCII.lowercased(byte))
            digits += 1
        }
        return digits == 32
    }

    static func isCanonical(_ text: Span<UInt8>) -> Bool {
        guard text.count == 36 else { return false }
        for index in 0..<36 {
            let byte = text[index]
            switch index {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return false }
            default:
                guard ASCII.isDigit(byte) || byte &- UInt8(ascii: "a") < 6 else { return false }
            }
        }
        return true
    }

    /// A version 4 UUID of 16 random bytes. Source: RFC 9562 §5.4.
    static func version4(_ high: UInt64, _ low: UInt64) -> [UInt8] {
        let marked = (high & ~0xf000 | 0x4000, low & ~(3 << 62) | 1 << 63)
        var output: [UInt8] = []
        output.reserveCapacity(36)
        for index in 0..<16 {
            if [4, 6, 8, 10].contains(index) { output.append(UInt8(ascii: "-")) }
            let word = index < 8 ? marked.0 : marked.1
            output.appendHexadecimal(UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index % 8))))
        }
        return output
    }
}
