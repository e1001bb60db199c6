import Access
import Store
import System
import Testing

@testable import Broker

@Suite("Data folder")
struct DataFolderTests {
    private let temporary: TemporaryFolder
    private let folder: DataFolder

    init() throws {
        temporary = try TemporaryFolder()
        folder = DataFolder(path: temporary.path + "/data")
    }

    private func key(_ name: String) throws -> [UInt8] { try File("\(folder.path)/\(name)").read(limit: 8192) }

    private func role(_ name: String, _ secrets: Secrets) throws -> Role {
        let verifier = TokenVerifier(keys: try KeySet(hmacSecret: secrets.secret))
        return try verifier.verify(key(name), now: WallTime.microseconds() / 1_000_000, leeway: 0).role
    }

    @Test("is made at first use, for its owner alone") func modes() throws {
        _ = try folder.secrets(given: nil)
        #expect(TemporaryFolder.mode(folder.path) == 0o700)
        for name in ["jwt.secret", "anon.key", "service.key"] { #expect(TemporaryFolder.mode("\(folder.path)/\(name)") == 0o600) }
    }

    @Test("keeps its secret and keys") func lasts() throws {
        let first = try folder.secrets(given: nil)
        let keys = try [key("anon.key"), key("service.key")]
        let second = try folder.secrets(given: nil)
        #expect(first.secret == second.secret)
        #expect(try [key("anon.key"), key("service.key")] == keys)
        #expect(try role("anon.key", second) == .anon)
        #expect(try role("service.key", second) == .serviceRole)
    }

    @Test("rewrites the keys for a secret that is given, and back, and leaves the file's") func override() throws {
        let own = try folder.secrets(given: nil)
        let file = try key("jwt.secret")
        let given = try folder.secrets(given: "a secret from elsewhere, long enough")
        #expect(given.secret == Array("a secret from elsewhere, long enough".utf8))
        #expect(try role("service.key", given) == .serviceRole)
        #expect(try key("jwt.secret") == file)
        #expect(throws: TokenError.signature) { try role("service.key", own) }
        #expect(try role("service.key", folder.secrets(given: nil)) == .serviceRole)
    }

    @Test("takes a secret that an editor has ended with a line, and refuses a short one") func secrets() throws {
        try Folder(folder.path).create(mode: 0o700)
        try File("\(folder.path)/jwt.secret").write(Array(" 0123456789abcdef0123456789abcdef\r\n".utf8), mode: 0o600)
        #expect(try folder.secrets(given: nil).secret == Keys.secret)
        #expect(throws: KeyError.self) { try folder.secrets(given: "short") }
    }

    @Test("makes a key anew that speaks for another role or is no token", arguments: ["", "x"]) func broken(_ text: String) throws {
        let secrets = try folder.secrets(given: nil)
        let bytes = text.isEmpty ? try key("service.key") : Array(text.utf8)
        try File("\(folder.path)/anon.key").write(bytes, mode: 0o600)
        #expect(try role("anon.key", folder.secrets(given: nil)) == .anon)
        #expect(try role("service.key", secrets) == .serviceRole)
    }

    @Test("is held by one at a time, who is named to the next") func held() throws {
        let lock = try folder.hold()
        let error = #expect(throws: DataFolderInUse.self) { try folder.hold() }
        #expect(error?.processID != nil)
        #expect(error?.description.hasPrefix("data folder \(folder.path) is in use by process ") == true)
        let configuration = try TemporaryFolder.configuration()
        #expect(throws: DataFolderInUse.self) { try folder.migrate(configuration: configuration.path) }
        withExtendedLifetime(lock) {}
    }

    @Test("is migrated once, and copied while nobody holds it") func migrates() throws {
        let configuration = try TemporaryFolder.configuration()
        let target = temporary.path + "/copy.db"
        #expect(try folder.copyAtRest(to: target) == false)
        #expect(try folder.migrate(configuration: configuration.path) == ["migrations/001_notes.sql"])
        #expect(try folder.migrate(configuration: configuration.path) == [])
        #expect(try folder.copyAtRest(to: target))
        #expect(File(target).exists)
        let lock = try folder.hold()
        #expect(try folder.copyAtRest(to: temporary.path + "/other.db") == false)
        withExtendedLifetime(lock) {}
    }
}
