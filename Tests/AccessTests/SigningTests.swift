import JSON
import Testing

@testable import Access

@Suite("Signing and claims")
struct SigningTests {
    @Test("what is signed is verified, with every claim")
    func roundTrip() throws {
        let signer = try TokenSigner(secret: Forge.secret)
        let token = signer.sign(
            role: .operator, subject: "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", issuedAt: 900, expiresAt: 2000,
            claims: [("email", "ö\"p\"s@example.com"), ("role", "admin")])
        let claims = try Forge.verifier().verify(Array(token.utf8), now: 1000, leeway: 0)
        #expect(claims.role == .operator)
        #expect(claims.subject == Array("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11".utf8))
        #expect(claims.expiresAt == 2000)
        #expect(claims.text("email") == "ö\"p\"s@example.com")
        #expect(claims.text("exp") == nil)
        #expect(claims.json.root["iat"]?.int64 == 900)
    }

    static let subjects = [
        ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A1", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A1"),
        ("A0EEBC999-C0B-4EF8-BB6D-6BB9BD380A11", "A0EEBC999-C0B-4EF8-BB6D-6BB9BD380A11"),
        ("G0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "G0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"),
        ("Device-7", "Device-7"), ("", ""),
    ]

    @Test("only a uuid is lowered", arguments: subjects)
    func subject(sent: String, kept: String) {
        #expect(Claims(role: .anon, subject: Array(sent.utf8)).subject == Array(kept.utf8))
    }

    @Test("actors without a token have a claims object too")
    func internalActors() {
        #expect(Claims.service.json.bytes == Array(#"{"role":"service_role"}"#.utf8))
        #expect(Claims.service.expiresAt == .max)
        #expect(Claims.anonymous().subject == nil)
        #expect(Claims(role: .viewer, subject: [0x22, 0xff]).json.bytes == Array(#"{"role":"viewer","sub":"\"�"}"#.utf8))
    }

    @Test("claims are equal when bearer and bytes are")
    func equality() throws {
        let first = Claims(role: .viewer, subject: [0x61])
        #expect(first == Claims(role: .viewer, subject: [0x61]))
        #expect(first != Claims(role: .viewer, subject: [0x62]))
        #expect(first != Claims(role: .admin, subject: [0x61]))
        #expect(first != Claims(role: .viewer, subject: [0x61], json: try JSONDocument(parsing: Array("{}".utf8))))
        #expect(Set([first, Claims(role: .viewer, subject: [0x61])]).count == 1)
    }

    @Test("base64url round trips and has one text per value", arguments: 0..<70)
    func base64(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
        let text = Base64URL.encode(bytes)
        #expect(Base64URL.decode(text) == bytes)
        #expect(Base64URL.decode(text + [UInt8(ascii: "=")]) == nil)
    }

    @Test("base64url refuses", arguments: ["A", "AAAAA", "AB", "AAB", "A A", "AA==", "A+", "A/", "é", "\u{0}A"])
    func base64Refuses(text: String) {
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test(
        "SHA-256 of FIPS 180-4",
        arguments: [
            ("", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"), ("abc", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"),
        ])
    func sha256(text: String, digest: String) {
        #expect(Base64URL.encode(Digest.sha256(Array(text.utf8))) == Array(digest.utf8))
    }

    @Test("comparison looks at every byte")
    func comparison() {
        #expect(ConstantTime.equals([], []))
        #expect(ConstantTime.equals([1, 2], [1, 2]))
        #expect(!ConstantTime.equals([1, 2], [1, 3]))
        #expect(!ConstantTime.equals([1, 2], [1]))
    }
}
