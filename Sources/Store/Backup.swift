package import SQLite
package import System

/// A consistent copy of the database, made while the broker writes on.
///
/// One snapshot of a read-only connection is copied into a new file beside the target, checked, synced and renamed into place: the target
/// is
/// whole or not there. The write-ahead log cannot be emptied meanwhile, so it grows by what is written during the copy.
/// Source: sqlite.org/lang_vacuum.html, "VACUUM INTO"
package enum Backup {
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case exists(String)
        case damaged(String)
        case store(SQLiteError)
        case system(SystemError)

        package var description: String {
            switch self {
            case .exists(let path): "\(path) exists already"
            case .damaged(let report): "the copy did not pass its check: \(report)"
            case .store(let error): error.description
            case .system(let error): error.description
            }
        }
    }

    /// Copies `database` to `target`, which must not exist. Blocks; any thread.
    package static func copy(_ database: String, to target: String) throws(Failure) {
        guard !File(target).exists else { throw .exists(target) }
        let draft = File("\(target).part")
        do throws(SystemError) { try draft.remove() } catch { throw .system(error) }
        let damage: String?
        do throws(SQLiteError) {
            let source = try Connection(path: database, mode: .readOnly)
            let statement = try source.prepare("VACUUM INTO ?1")
            try statement.bind(.text(draft.path), at: 1)
            try statement.run()
            damage = try findDamage(in: Connection(path: draft.path, mode: .readOnly))
        } catch {
            try? draft.remove()
            throw .store(error)
        }
        if let damage {
            try? draft.remove()
            throw .damaged(damage)
        }
        do throws(SystemError) { try draft.move(to: File(target)) } catch { throw .system(error) }
    }

    /// What the checks of a copy found; nil when it is good.
    private static func findDamage(in copy: Connection) throws(SQLiteError) -> String? {
        if let report = try copy.first("PRAGMA integrity_check")?.string, report != "ok" { return report }
        if let table = try copy.first("PRAGMA foreign_key_check")?.string { return "a row of \(table) refers to a row that is not there" }
        return nil
    }
}
