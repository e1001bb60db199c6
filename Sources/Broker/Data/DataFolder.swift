package import Access
internal import SQLite
internal import Store
internal import System

/// The folder that holds everything that lasts: the database, the secret, the keys made from it, and the lock.
///
/// Files are made at first start with mode 0600; the folder with 0700.
package struct DataFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package var database: String { "\(path)/sluice.db" }
    package var lock: String { "\(path)/lock" }
    package var reserve: String { "\(path)/reserve" }
    package var serviceKey: String { "\(path)/service.key" }
    private var anonKey: String { "\(path)/anon.key" }
    private var secretFile: String { "\(path)/jwt.secret" }

    /// The secret and what is made from it. Makes what is missing; with `SLUICE_JWT_SECRET` set, the secret is that one
    /// and the keys are rewritten to fit.
    package func secrets() throws -> Secrets {
        try Folder(path).create(mode: 0o700)
        let secret = try readSecret()
        let signer = try TokenSigner(secret: secret)
        let verifier = TokenVerifier(keys: try KeySet(hmacSecret: secret))
        let now = WallTime.microseconds() / 1_000_000
        for (file, role) in [(anonKey, Role.anon), (serviceKey, Role.serviceRole)] where !isValid(file, verifier, now) {
            let key = signer.sign(role: role, subject: nil, issuedAt: now, expiresAt: now + Self.keyLifetime)
            try File(file).write(Array(key.utf8), mode: 0o600)
        }
        return Secrets(secret: secret, signer: signer)
    }

    /// Applies new migrations to the database, which no broker may hold.
    /// - Returns: the names of those applied.
    package func migrate(configuration: String) throws -> [String] {
        let folder = try ConfigurationFolder(reading: configuration)
        try Folder(path).create(mode: 0o700)
        let lock = try FileLock(path: self.lock)
        defer { withExtendedLifetime(lock) {} }
        let connection = try Connection(path: database, mode: .readWrite)
        let context = FunctionContext()
        context.now = WallTime.microseconds()
        try connection.registerFunctions(context)
        try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
        return try Migrations.apply(folder.migrations, to: connection, now: context.now)
    }

    /// Copies the database when no broker holds the folder.
    /// - Returns: false when one does, and nothing was done.
    package func copyAtRest(to target: String) throws -> Bool {
        guard File(database).exists else { return false }
        let lock: FileLock
        do throws(FileLockError) {
            lock = try FileLock(path: self.lock)
        } catch {
            if case .held = error { return false }
            throw error
        }
        defer { withExtendedLifetime(lock) {} }
        try Backup.copy(database, to: target)
        return true
    }

    /// Ten years, in seconds.
    private static let keyLifetime: Int64 = 10 * 365 * 86_400

    private func readSecret() throws -> [UInt8] {
        if let given = Environment.value(of: "SLUICE_JWT_SECRET") { return Array(given.utf8) }
        if File(secretFile).exists { return trimmed(try File(secretFile).read(limit: 4096)) }
        let secret = Base64URL.encode(Randomness.bytes(48))
        try File(secretFile).write(secret, mode: 0o600)
        return secret
    }

    /// Whether the key in the file was made with this secret and lives for another day.
    private func isValid(_ file: String, _ verifier: TokenVerifier, _ now: Int64) -> Bool {
        guard let key = try? File(file).read(limit: 8192) else { return false }
        return (try? verifier.verify(trimmed(key), now: now + 86_400, leeway: 0)) != nil
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()) }
}

/// The secret that tokens are signed with. Never printed, logged or sent.
package struct Secrets: Sendable {
    package let secret: [UInt8]
    package let signer: TokenSigner
}
