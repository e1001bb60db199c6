import SQLite

/// Why a block has to be applied again, or not at all. What it did so far is undone.
enum BlockFailure: Error {
    /// This mutation took the transaction with it and is refused; the others are applied without it.
    case lost(mutation: Int, Rejection)
    /// A scheduled function took the transaction with it.
    case lostSchedule(function: String, Rejection)
    /// A mutation without a savepoint was refused after it had written.
    case needsSavepoints
    /// A merged update was refused: each of its mutations is to be judged by itself.
    case needsSingles
    /// No room for the block's own records, or for its pages at COMMIT.
    case full
}
