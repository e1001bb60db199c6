import Testing

@testable import Store

@Suite("LIKE") struct LikePatternTests {
    private func matches(_ text: String, _ pattern: String, ignoringCase: Bool = false) -> Bool {
        LikePattern.matches(Array(text.utf8).span, pattern: Array(pattern.utf8).span, ignoringCase: ignoringCase)
    }

    @Test(
        "matches whole texts",
        arguments: [
            ("abc", "abc", true), ("abc", "ab", false), ("abc", "a%", true), ("abc", "%c", true), ("abc", "%b%", true),
            ("abc", "a_c", true),
            ("abc", "____", false), ("", "", true), ("", "%", true), ("", "_", false), ("abc", "%%%", true), ("a%c", "a\\%c", true),
            ("abc", "a\\%c", false), ("a_c", "a\\_c", true), ("a\\c", "a\\\\c", true), ("a\\", "a\\", true), ("é", "_", true),
            ("日本", "__", true),
            ("日本", "日%", true), ("ABC", "abc", false), ("aXbXc", "a%b%c", true), ("mississippi", "m%iss%ip%i", true),
            ("mississippi", "%issx%", false),
            ("a\nb", "a_b", true), ("aab", "%ab", true),
        ])
    func like(text: String, pattern: String, expected: Bool) { #expect(matches(text, pattern) == expected) }

    @Test(
        "folds letters of all Unicode when asked to",
        arguments: [
            ("ABC", "abc", true), ("ÉCOLE", "éc%", true), ("ΣΑΣ", "σασ", true), ("ЖУК", "ж_к", true), ("straße", "STRASSE", false),
            ("É", "e", false),
            ("abc", "A\\bC", true), ("Ünal", "%NAL", true),
        ])
    func foldsCase(text: String, pattern: String, expected: Bool) { #expect(matches(text, pattern, ignoringCase: true) == expected) }

    @Test("takes time in proportion to both lengths, not more", .timeLimit(.minutes(1))) func isBounded() {
        let text = String(repeating: "a", count: 50_000)
        #expect(!matches(text, String(repeating: "%a", count: 100) + "b"))
        #expect(!matches(text, String(repeating: "a%", count: 100) + "b", ignoringCase: true))
    }

    @Test("never traps on bytes that are no UTF-8") func anyBytes() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            func bytes() -> [UInt8] {
                let alphabet: [UInt8] = [0x25, 0x5f, 0x5c, 0x61, 0x41, 0xc3, 0xa9, 0xff, 0xf0, 0x80]
                return (0..<Int.random(in: 0...8, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            }
            _ = LikePattern.matches(bytes().span, pattern: bytes().span, ignoringCase: true)
        }
    }
}
