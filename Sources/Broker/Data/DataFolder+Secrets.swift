package import Access
internal import System

/// The secret that tokens are signed with. Never printed, logged or sent.
package struct Secrets: Sendable {
    package let secret: [UInt8]
    package let signer: TokenSigner
}

extension DataFolder {
    package var serviceKey: String { "\(path)/service.key" }
    private var anonKey: String { "\(path)/anon.key" }
    private var secretFile: File { File("\(path)/jwt.secret") }

    /// Ten years, in seconds.
    private static let keyLifetime: Int64 = 10 * 365 * 86_400
    /// A key that ends within this many seconds is made anew.
    private static let renewal: Int64 = 86_400

    /// The secret and what is made from it. Makes what is missing; a `given` secret is used in the file's place, which stays as it is,
    /// and the keys are rewritten to fit.
    /// - Parameter given: what `SLUICE_JWT_SECRET` says.
    /// - Throws: `KeyError` for a secret of less than 32 bytes; `SystemError` when a file cannot be read or written.
    package func secrets(given: String? = Environment.value(of: "SLUICE_JWT_SECRET")) throws -> Secrets {
        try Folder(path).create(mode: 0o700)
        let secret = try given.map { Array($0.utf8) } ?? readSecret()
        let signer = try TokenSigner(secret: secret)
        let verifier = TokenVerifier(keys: try KeySet(hmacSecret: secret))
        let now = WallTime.microseconds() / 1_000_000
        for (path, role) in [(anonKey, Role.anon), (serviceKey, Role.serviceRole)] where !isValid(path, role, verifier, now) {
            let key = signer.sign(role: role, subject: nil, issuedAt: now, expiresAt: now + Self.keyLifetime)
            try File(path).write(Array(key.utf8), mode: 0o600)
        }
        return Secrets(secret: secret, signer: signer)
    }

    private func readSecret() throws(SystemError) -> [UInt8] {
        if secretFile.exists { return try secretFile.read(limit: 4096).withoutOuterSpace }
        let secret = Base64URL.encode(Randomness.bytes(48))
        try secretFile.write(secret, mode: 0o600)
        return secret
    }

    /// Whether the key in the file speaks for the role, was made with this secret and lives on for a while.
    private func isValid(_ path: String, _ role: Role, _ verifier: TokenVerifier, _ now: Int64) -> Bool {
        guard let key = try? File(path).read(limit: TokenVerifier.byteLimit) else { return false }
        return (try? verifier.verify(key.withoutOuterSpace, now: now + Self.renewal, leeway: 0))?.role == role
    }
}

extension [UInt8] {
    /// Without blanks, line ends and control characters at both ends, which editors leave in files.
    fileprivate var withoutOuterSpace: [UInt8] {
        guard let first = firstIndex(where: { $0 > 0x20 }), let last = lastIndex(where: { $0 > 0x20 }) else { return [] }
        return Array(self[first...last])
    }
}
