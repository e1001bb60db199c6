/// What became of a block, to be told now that its transaction is in the file.
package struct AppliedBlock: Sendable {
    package let committed: CommittedBlock
    /// The outcome of each mutation, in the block's order.
    package let outcomes: [Outcome]
    /// Scheduled functions that ran and how they ended: nil when well.
    package let schedules: [(function: String, rejection: Rejection?)]
    /// How often the block was applied again without a mutation that took the transaction with it.
    package let repetitions: Int
    /// Whether the disk was full at any time in the block.
    package let metFullDisk: Bool
    /// Whether there was anything to commit.
    package let hasWritten: Bool
}
