import SQLite
import Store

/// A change on its way to the journal: all that `Change` has but its sequence.
struct Emission {
    let table: WrittenTable
    let key: RowKey
    let old: Row?
    let new: Row?
    let actor: ChangeActor
    let isHeld: Bool

    var kind: Change.Kind { old == nil ? .insert : new == nil ? .delete : .update }
}

/// A row of one table, by the table's place.
struct RowPlace: Hashable {
    let table: Int
    let key: RowKey

    func hash(into hasher: inout Hasher) {
        // Eight bytes at a time: the standard library's hash of an array goes byte by byte.
        hasher.combine(table)
        let bytes = key.bytes.span
        var index = 0
        while index < bytes.count {
            var word: UInt64 = 0
            for place in index..<min(index + 8, bytes.count) { word = word << 8 | UInt64(bytes[place]) }
            hasher.combine(word)
            index += 8
        }
    }
}

/// The durable mark that a row is ahead of its last emission.
struct Hold {
    /// When it goes out by itself: on the clock of the file, microseconds, a multiple of the grid.
    let due: Int64
    /// The image last emitted.
    let image: Row
}
