import JSON

/// Makes tokens (HS256) for the command line, sign-in and tests. Thread-safe.
package struct TokenSigner: Sendable {
    private let key: HMACKey

    /// - Throws: `KeyError.secretTooShort` below 32 bytes.
    package init(secret: [UInt8]) throws(KeyError) {
        key = try HMACKey(secret: secret)
    }

    /// A token with `role`, `sub`, `iat`, `exp` and further claims that are strings, in the order given.
    ///
    /// - Parameters:
    ///   - issuedAt: unix seconds, as is `expiresAt`.
    ///   - claims: a name that the token already has is left out, for a repeated key would make the token void.
    package func sign(role: Role, subject: String?, issuedAt: Int64, expiresAt: Int64, claims: [(String, String)] = []) -> String {
        var members = [JSONValue.Member("role", .string(role.rawValue))]
        if let subject { members.append(.init("sub", .string(subject))) }
        members.append(.init("iat", .int(issuedAt)))
        members.append(.init("exp", .int(expiresAt)))
        for (name, text) in claims where !members.contains(where: { $0.key == name }) {
            members.append(.init(name, .string(text)))
        }
        return sign(payload: JSONValue.object(members).bytes)
    }

    private func sign(payload: [UInt8]) -> String {
        var token = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        token.append(UInt8(ascii: "."))
        token += Base64URL.encode(payload)
        let signature = key.code(of: token[...], with: .hs256)
        token.append(UInt8(ascii: "."))
        token += Base64URL.encode(signature)
        return String(decoding: token, as: UTF8.self)
    }
}
