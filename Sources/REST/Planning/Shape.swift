internal import Store

/// What one row becomes in the answer: its members in order.
struct Shape: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        var name: String
        var source: Source
    }

    enum Source: Hashable, Sendable {
        case cell(Cell)
        /// The embed of this number, as an object, null or an array.
        case embed(Int)
        /// The members of a to-one embed, in place of it.
        case spread(Int)
    }

    var members: [Member] = []
}

/// A value taken out of a row: a column, perhaps a way into its JSON, perhaps another type.
struct Cell: Hashable, Sendable {
    /// Where it stands in the rows that are read.
    var position: Int
    var type: ColumnType
    var path: [JSONStep] = []
    var cast: ColumnType?
}
