/// Base64 with the URL alphabet and without padding: the form of every part of a token.
///
/// Source: RFC 4648 §5, RFC 7515 §2.
package enum Base64URL {
    private static let alphabet: InlineArray<64, UInt8> = {
        var alphabet = InlineArray<64, UInt8>(repeating: 0)
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (index, letter) in letters.utf8.enumerated() { alphabet[index] = letter }
        return alphabet
    }()

    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var width = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            width += 8
            while width >= 6 {
                width -= 6
                text.append(alphabet[Int(bits >> UInt32(width) & 0x3f)])
            }
        }
        if width > 0 { text.append(alphabet[Int(bits << UInt32(6 - width) & 0x3f)]) }
        return text
    }

    /// The bytes that `text` stands for; nil on padding, any byte outside the alphabet, an impossible length, or unused bits that are not
    /// zero.
    ///
    /// So every byte string has exactly one accepted text, and a changed token is never an equal one.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var width = 0
        for letter in text {
            guard let value = value(of: letter) else { return nil }
            bits = bits << 6 | value
            width += 6
            if width >= 8 {
                width -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
            }
        }
        guard bits & (1 << UInt32(width) - 1) == 0 else { return nil }
        return bytes
    }

    package static func decode(_ text: [UInt8]) -> [UInt8]? { decode(text[...]) }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
