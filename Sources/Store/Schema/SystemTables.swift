/// The broker's own tables, all named `sluice_…`. No client reads or writes them; only the engine writes.
///
/// Times: `time` is the wall clock, microseconds since 1970 UTC; `clock` is the sum of elapsed time kept in the file (microseconds),
/// which never steps. Row images are the bytes of a packed `Row`; a layout names their columns, so that they outlive ADD COLUMN.
package enum SystemTables {
    package static let definition = """
        CREATE TABLE IF NOT EXISTS sluice_state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sluice_migrations (name TEXT PRIMARY KEY, digest BLOB NOT NULL, time INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sluice_epochs (
          id INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, first_sequence INTEGER NOT NULL, time INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS sluice_tables (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, floor INTEGER NOT NULL, digest BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS sluice_layouts (
          id INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, columns TEXT NOT NULL, UNIQUE (table_id, columns));
        CREATE TABLE IF NOT EXISTS sluice_journal (
          sequence INTEGER PRIMARY KEY, table_id INTEGER NOT NULL, key BLOB NOT NULL, kind INTEGER NOT NULL, layout INTEGER NOT NULL,
          old BLOB, new BLOB, time INTEGER NOT NULL, clock INTEGER NOT NULL, role TEXT NOT NULL, sub TEXT, held INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS sluice_journal_row ON sluice_journal (table_id, key, sequence);
        CREATE TABLE IF NOT EXISTS sluice_holds (
          table_id INTEGER NOT NULL, key BLOB NOT NULL, due INTEGER NOT NULL, layout INTEGER NOT NULL, image BLOB NOT NULL,
          PRIMARY KEY (table_id, key)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS sluice_replies (
          actor TEXT NOT NULL, key BLOB NOT NULL, digest BLOB NOT NULL, outcome BLOB NOT NULL, clock INTEGER NOT NULL,
          PRIMARY KEY (actor, key)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS sluice_replies_clock ON sluice_replies (clock);
        CREATE TABLE IF NOT EXISTS sluice_audit (
          id INTEGER PRIMARY KEY, time INTEGER NOT NULL, role TEXT NOT NULL, sub TEXT, command TEXT NOT NULL, scope TEXT,
          count INTEGER, result TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS sluice_schedules (function TEXT PRIMARY KEY, last_run INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// Names of rows in `sluice_state`.
    package enum State {
        /// The newest sequence in the journal.
        package static let head = "head"
        /// The sum of elapsed time, microseconds.
        package static let clock = "clock"
        /// The last block applied.
        package static let block = "block"
        /// There while values that migrations wrote have not been looked at.
        static let unchecked = "unchecked"
    }

    /// The newest sequence as an SQL expression.
    package static let headSQL = "coalesce((SELECT value FROM sluice_state WHERE name = 'head'), 0)"

    /// Whether a table's name is reserved for the broker.
    package static func owns(_ name: String) -> Bool { name.lowercased().hasPrefix("sluice_") }
}
