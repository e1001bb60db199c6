import SQLite
import Store

/// Prepared updates of one row by its key, found by their shape without building their text.
final class KeyUpdatePlans {
    /// Everything that the text of such an update depends on.
    struct Shape: Hashable {
        let table: Int
        let columns: [Int]
        let acknowledges: Bool
        let access: Access
    }

    /// A visibility rule without its value.
    enum Access: Hashable {
        case always
        case equals(column: Int)
        case isNull(column: Int)
    }

    private var last: (shape: Shape, write: PreparedWrite)?
    private var writes: [Shape: PreparedWrite] = [:]
    private let limit = 500

    func write(for shape: Shape, prepare: () throws -> PreparedWrite) rethrows -> PreparedWrite {
        if let last, last.shape == shape { return last.write }
        if let write = writes[shape] {
            last = (shape, write)
            return write
        }
        let write = try prepare()
        if writes.count >= limit { writes = [:] }
        writes[shape] = write
        last = (shape, write)
        return write
    }
}

extension KeyUpdatePlans.Access {
    /// The rule's shape and value; nil when it is none of the plain ones.
    init?(_ rule: Predicate) {
        switch rule {
        case .always: self = .always
        case .compare(let column, .equal, _): self = .equals(column: column)
        case .isNull(let column): self = .isNull(column: column)
        default: return nil
        }
    }
}
