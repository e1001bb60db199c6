package import SQLite

/// One state of the file. Valid inside the closure that it was given to, on its thread.
package struct Snapshot {
    private let reader: Reader
    /// The newest sequence of this state: rows read here may be ahead of it (a hold), never behind.
    package let head: SequenceNumber
    /// What `now()` answers here: microseconds since 1970 UTC.
    package let now: Int64

    init(reader: Reader, head: SequenceNumber, now: Int64) {
        self.reader = reader
        self.head = head
        self.now = now
    }

    package var schema: Schema { reader.schema }

    /// A prepared statement without bindings, kept for the next time; the same text twice at a time is the same statement.
    package func statement(_ sql: String) throws(SQLiteError) -> Statement { try reader.statement(sql) }

    /// A prepared statement with its values bound.
    package func statement(_ sql: SQLText) throws(SQLiteError) -> Statement {
        let statement = try reader.statement(sql.text)
        try sql.bindValues(to: statement)
        return statement
    }

    /// The row with this key as it stands here.
    package func row(of table: Table, key: RowKey) throws(SQLiteError) -> Row? {
        var sql = SQLText("SELECT \(table.columnsSQL()) FROM \(SQLText.quoted(table.name)) WHERE ")
        Predicate.isKey(key, in: table).appendSQL(to: &sql, table: table)
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.row() : nil
    }

    // MARK: Journal

    /// Entries that one page looks at, wanted or not: a few milliseconds.
    private static let scanLimit = 20_000

    /// Changes after a sequence, oldest first, of some tables or of all.
    ///
    /// A page ends early when it is full or has looked at enough entries; it holds at least one change if there is one within reach,
    /// however large.
    /// - Parameter last: the newest sequence of interest; nil for the head.
    package func journalPage(
        after first: SequenceNumber, upTo last: SequenceNumber? = nil, tables: Set<Int>? = nil, maxChanges: Int, maxBytes: Int
    ) throws(SQLiteError) -> JournalPage {
        let end = min(last ?? head, head)
        let statement = try statement(
            "SELECT \(JournalReader.columnsSQL) FROM sluice_journal WHERE sequence > ? AND sequence <= ? ORDER BY sequence")
        try statement.bind(first.rawValue, at: 1)
        try statement.bind(end.rawValue, at: 2)
        var page = PageBuilder(reached: first, maxChanges: maxChanges, maxBytes: maxBytes)
        defer { statement.reset() }
        var scanned = 0
        while try statement.step() {
            guard scanned < Self.scanLimit, !page.isFull else { return page.finish(isLast: false) }
            scanned += 1
            let isWanted = tables?.contains(Int(statement.integer(1))) ?? true
            let change = isWanted ? try reader.journal.change(statement, on: reader.connection) : nil
            page.add(change, at: SequenceNumber(statement.integer(0)))
        }
        return page.finish(isLast: true, reached: max(first, end))
    }

    /// Changes of one row after a sequence, oldest first, by the journal's index.
    package func journalPage(
        table: Table, key: RowKey, after first: SequenceNumber, maxChanges: Int, maxBytes: Int
    ) throws(SQLiteError) -> JournalPage {
        let statement = try history(of: table, key, "AND sequence > ? ORDER BY sequence")
        try statement.bind(first.rawValue, at: 3)
        var page = PageBuilder(reached: first, maxChanges: maxChanges, maxBytes: maxBytes)
        defer { statement.reset() }
        while try statement.step() {
            guard !page.isFull else { return page.finish(isLast: false) }
            page.add(try reader.journal.change(statement, on: reader.connection), at: SequenceNumber(statement.integer(0)))
        }
        return page.finish(isLast: true, reached: max(first, head))
    }

    /// The newest change of one row; nil when the journal holds none any more.
    package func newestChange(of table: Table, key: RowKey) throws(SQLiteError) -> Change? {
        let statement = try history(of: table, key, "ORDER BY sequence DESC LIMIT 1")
        defer { statement.reset() }
        return try statement.step() ? try reader.journal.change(statement, on: reader.connection) : nil
    }

    private func history(of table: Table, _ key: RowKey, _ rest: String) throws(SQLiteError) -> Statement {
        let statement = try statement("SELECT \(JournalReader.columnsSQL) FROM sluice_journal WHERE table_id = ? AND key = ? \(rest)")
        try statement.bind(Int64(table.id), at: 1)
        try statement.bind(.blob(key.bytes), at: 2)
        return statement
    }

    // MARK: Cursors

    /// Whether the journal still tells everything after a cursor: this file knows its epoch, the sequence lies within it, and no
    /// table's floor is above it.
    package func isReachable(_ cursor: Cursor, tables: [Table]) throws(SQLiteError) -> Bool {
        let epoch = try statement(
            """
            SELECT first_sequence, (SELECT min(later.first_sequence) FROM sluice_epochs AS later WHERE later.id > this.id)
            FROM sluice_epochs AS this WHERE epoch = ?
            """)
        try epoch.bind(.text(cursor.epoch.rawValue), at: 1)
        defer { epoch.reset() }
        guard try epoch.step() else { return false }
        let newest = epoch.isNull(1) ? head.rawValue : epoch.integer(1) - 1
        // Whoever joins before the epoch's first change is told the sequence before it.
        guard cursor.sequence.rawValue >= epoch.integer(0) - 1, cursor.sequence.rawValue <= newest else { return false }
        for table in tables where try floor(of: table) > cursor.sequence { return false }
        return true
    }

    /// The oldest sequence from which the table's changes are whole.
    package func floor(of table: Table) throws(SQLiteError) -> SequenceNumber {
        let statement = try statement("SELECT floor FROM sluice_tables WHERE id = ?")
        try statement.bind(Int64(table.id), at: 1)
        defer { statement.reset() }
        return try statement.step() ? SequenceNumber(statement.integer(0)) : head
    }
}

private struct PageBuilder {
    private var changes: [Change] = []
    private var bytes = 0
    private var reached: SequenceNumber
    private let maxChanges: Int
    private let maxBytes: Int

    init(reached: SequenceNumber, maxChanges: Int, maxBytes: Int) {
        self.reached = reached
        self.maxChanges = maxChanges
        self.maxBytes = maxBytes
    }

    var isFull: Bool { !changes.isEmpty && (changes.count >= maxChanges || bytes >= maxBytes) }

    mutating func add(_ change: Change?, at sequence: SequenceNumber) {
        reached = sequence
        guard let change else { return }
        changes.append(change)
        bytes += change.byteCount
    }

    func finish(isLast: Bool, reached end: SequenceNumber? = nil) -> JournalPage {
        JournalPage(changes: changes, reached: end ?? reached, isLast: isLast)
    }
}
