package import Access
package import SQLite

/// A function of `config/functions`: SQL with a Postgres-style signature in its first comment.
package struct Function: Sendable {
    package let name: String
    package let parameters: [Parameter]
    package let result: FunctionResultType
    /// The statements in order; only the last one's rows are the result.
    package let statements: [String]
    /// Whether no statement writes: it then runs on a reader in one snapshot.
    package let isReadOnly: Bool
    package let roles: [Grant]
    /// The command's name in the audit table; nil when calls are not audited.
    package let audit: String?
    /// Cron fields in UTC; nil when the engine never calls it by itself.
    package let schedule: Schedule?
    /// Tables whose holding states this function may leave.
    package let leaves: Set<String>
    /// The lines after the signature that are no headers.
    package let description: String

    package init(
        name: String, parameters: [Parameter], result: FunctionResultType, statements: [String], isReadOnly: Bool, roles: [Grant],
        audit: String?, schedule: Schedule?, leaves: Set<String>, description: String
    ) {
        self.name = name
        self.parameters = parameters
        self.result = result
        self.statements = statements
        self.isReadOnly = isReadOnly
        self.roles = roles
        self.audit = audit
        self.schedule = schedule
        self.leaves = leaves
        self.description = description
    }

    /// Whether a role alone is enough; an owner's grant is judged by whoever applies the call, since it depends on the row.
    package func isGranted(to role: Role) -> Bool { role == .serviceRole || roles.contains(.role(role)) }

    /// Tables and parameters by which an authenticated caller may call it as a row's owner.
    package var ownerGrants: [(table: String, parameter: String)] {
        roles.compactMap { grant in
            guard case .owner(let table, let parameter) = grant else { return nil }
            return (table, parameter)
        }
    }

    package struct Parameter: Hashable, Sendable {
        package let name: String
        package let type: ColumnType
        /// Nil when the argument is required.
        package let defaultValue: Value?
        package init(name: String, type: ColumnType, defaultValue: Value?) {
            self.name = name
            self.type = type
            self.defaultValue = defaultValue
        }
    }

    /// Who may call it.
    package enum Grant: Hashable, Sendable {
        case role(Role)
        /// `owner of upload_queue(upload_id)`: an authenticated caller who owns the row of that table that the argument names.
        case owner(table: String, parameter: String)
    }
}

/// What a function returns, as in PostgreSQL.
package indirect enum FunctionResultType: Hashable, Sendable {
    case void
    case scalar(ColumnType)
    case setOfScalar(ColumnType)
    /// A row, or rows, of a table.
    case row(table: String)
    case setOfRows(table: String)
    /// `table(a integer, b text)`.
    case table([ResultColumn])

    package struct ResultColumn: Hashable, Sendable {
        package let name: String
        package let type: ColumnType
        package init(name: String, type: ColumnType) {
            self.name = name
            self.type = type
        }
    }
}
