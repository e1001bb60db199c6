/// A change's place in the journal: gapless and increasing from 1; 0 stands before the first.
package struct SequenceNumber: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }
    package init(_ rawValue: Int64) { self.rawValue = rawValue }

    package static let zero = SequenceNumber(0)

    /// The next place; the count of changes in one file never nears the end of Int64.
    package var next: SequenceNumber { SequenceNumber(rawValue &+ 1) }

    package static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left.rawValue < right.rawValue }
}

/// The identity of one run over one file: random, made at each start, recorded with the first sequence it covers.
///
/// A cursor (epoch, sequence) is good only if the file knows the epoch and the sequence lies within it.
package struct Epoch: RawRepresentable, Hashable, Sendable {
    /// 16 lower-case hexadecimal digits.
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
