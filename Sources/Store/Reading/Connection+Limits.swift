import SQLite

extension Connection {
    /// What statements of clients may cost at most. Measured: a LIKE of 100 kB with a pattern of 20 kB takes 2.9 s.
    /// Source: sqlite.org/limits.html.
    func applyReaderLimits() {
        applyWriterLimits()
        limit(.sqlLength, to: 1 << 18)
        limit(.variableNumber, to: 4000)
    }

    /// The writer's: rows up to 16 MiB, since a journal entry holds two images.
    package func applyWriterLimits() {
        limit(.length, to: 1 << 24)
        limit(.expressionDepth, to: 100)
        limit(.likePatternLength, to: Int32(LikePattern.byteLimit))
        limit(.attached, to: 0)
    }
}
