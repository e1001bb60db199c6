/// SQL LIKE over UTF-8: `%` any text, `_` one character, backslash takes the next one literally; a last backslash stands for itself.
///
/// The time is at most the product of both lengths: only the latest `%` is ever moved on (as in glob matching).
package enum LikePattern {
    /// Longer patterns are refused where they come in (`SQLITE_LIMIT_LIKE_PATTERN_LENGTH` for SQLite's own LIKE).
    package static let byteLimit = 256

    /// - Parameter ignoringCase: folds letters by their simple lower case, in all of Unicode.
    static func matches(_ text: Span<UInt8>, pattern: Span<UInt8>, ignoringCase: Bool) -> Bool {
        var at = 0
        var place = 0
        /// Where to go on when the pattern behind the latest `%` fails: it then covers one character more.
        var retry: (text: Int, pattern: Int)?
        while at < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "%") {
                place += 1
                retry = (at, place)
                continue
            }
            if let next = step(text, at, pattern, place, ignoringCase) {
                (at, place) = next
            } else if let latest = retry {
                at = character(text, latest.text)
                place = latest.pattern
                retry = (at, place)
            } else {
                return false
            }
        }
        while place < pattern.count, pattern[place] == UInt8(ascii: "%") { place += 1 }
        return place == pattern.count
    }

    /// Both places after one character of the text and what stands for it in the pattern; nil when they differ.
    @inline(__always)
    private static func step(
        _ text: Span<UInt8>, _ at: Int, _ pattern: Span<UInt8>, _ place: Int, _ ignoringCase: Bool
    ) -> (text: Int, pattern: Int)? {
        guard place < pattern.count else { return nil }
        var literal = place
        switch pattern[place] {
        case UInt8(ascii: "_"): return (character(text, at), place + 1)
        case UInt8(ascii: "\\") where place + 1 < pattern.count: literal += 1
        default: break
        }
        let (left, right) = (text[at], pattern[literal])
        if left < 0x80 && right < 0x80 || !ignoringCase {
            guard left == right || ignoringCase && ASCII.lowercased(left) == ASCII.lowercased(right) else { return nil }
            return (at + 1, literal + 1)
        }
        let ends = (character(text, at), character(pattern, literal))
        guard folded(text, at..<ends.0) == folded(pattern, literal..<ends.1) else { return nil }
        return ends
    }

    /// The place after the character that begins there.
    @inline(__always)
    private static func character(_ text: Span<UInt8>, _ at: Int) -> Int {
        var next = at + 1
        if text[at] < 0x80 { return next }
        while next < text.count, text[next] & 0xc0 == 0x80 { next += 1 }
        return next
    }

    private static func folded(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        let scalar = decode(text, range)
        // U+212A KELVIN SIGN folds to k and U+0130 to two scalars: only simple mappings count.
        guard let character = Unicode.Scalar(scalar) else { return scalar }
        let lower = character.properties.lowercaseMapping.unicodeScalars
        guard let first = lower.first, lower.count == 1 else { return scalar }
        return first.value
    }

    private static func decode(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        let first = UInt32(text[range.lowerBound])
        if range.count == 1 { return first }
        var value = first & (0xff >> UInt32(min(range.count, 4) + 1))
        for index in range.dropFirst() { value = value << 6 | UInt32(text[index] & 0x3f) }
        return value
    }
}
