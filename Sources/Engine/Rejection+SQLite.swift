import Access
import SQLite
import Store

extension Rejection {
    /// What an error of SQLite means to who asked. Source: protocol of PostgREST for the codes, sqlite.org/rescode.html.
    /// - Returns: nil when it is a fault of this machine.
    init?(_ error: SQLiteError, schema: Schema) {
        if let raised = error.raised {
            self.init(code: raised.code, message: raised.message, details: raised.details, hint: raised.hint)
            return
        }
        switch error.code {
        case .constraintTrigger: self.init(code: "P0001", message: error.message)
        case .constraintForeignKey:
            self.init(code: "23503", message: "insert or update on a table violates a foreign key constraint")
        case .constraintCheck, .constraintNotNull, .constraintUnique, .constraintPrimaryKey, .constraintRowID:
            guard let known = ConstraintText(error)?.rejection(in: schema, row: nil, of: nil, actor: .anonymous()) else {
                self.init(code: "23000", message: error.message)
                return
            }
            self = known
        default:
            switch error.code.primary {
            case .constraint: self.init(code: "23000", message: error.message)
            case .interrupt: self = .budgetSpent
            case .full: self = .diskFull
            case .noMemory: self.init(code: "53200", message: "out of memory")
            case .tooBig: self.init(code: "54000", message: error.message)
            case .mismatch: self.init(code: "42804", message: error.message)
            case .inputOutput: self.init(code: "58030", message: "the disk did not take the write")
            case .error: self.init(code: "XX000", message: error.message)
            default: return nil
            }
        }
    }
}

extension ResultCode {
    /// SQLITE_MISMATCH: text for an INTEGER PRIMARY KEY.
    fileprivate static let mismatch = ResultCode(rawValue: 20)
}
