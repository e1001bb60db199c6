internal import Store

/// A page that was asked for, and for whom.
struct JournalRead {
    enum Purpose { case scan, row, verification }

    let purpose: Purpose
    let after: SequenceNumber
    let channels: [Channel]
}
