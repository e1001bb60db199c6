import Access
import SQLite
import Store

/// Calls of writing functions: their statements in order, under one savepoint of the caller.
struct FunctionCaller {
    let connection: WriteConnection
    private var prepared: [String: (text: [String], statements: [Prepared])] = [:]

    /// A statement and, per parameter of the function, its place in it.
    private struct Prepared {
        let statement: Statement
        let places: [Int?]
    }

    init(connection: WriteConnection) { self.connection = connection }

    mutating func call(_ call: Mutation.Call, actor: Claims) throws -> Performed {
        guard try mayCall(call, actor) else { throw Rejection.permissionDenied(function: call.function.name) }
        let statements = try statements(of: call.function)
        var performed = Performed(applied: Applied(), changes: [])
        for (place, prepared) in statements.enumerated() {
            for (argument, index) in zip(call.arguments, prepared.places) {
                if let index { try prepared.statement.bind(argument, at: index) }
            }
            let rows = try run(prepared.statement)
            if place == statements.count - 1 { performed.applied.result = rows }
            guard !prepared.statement.isReadOnly else { continue }
            let changes = try connection.settle(count: Int64(connection.connection.changes), leaving: call.function.leaves)
            performed.applied.affected += changes.count
            performed.changes += changes
        }
        return performed
    }

    private func run(_ statement: Statement) throws -> [Row] {
        defer { statement.reset() }
        var rows: [Row] = []
        while try statement.step() { rows.append(statement.row()) }
        connection.keepCaptured()
        return rows
    }

    private mutating func statements(of function: Function) throws -> [Prepared] {
        if let known = prepared[function.name], known.text == function.statements { return known.statements }
        let made = try function.statements.map { sql in
            let statement = try connection.connection.prepare(sql)
            return Prepared(statement: statement, places: function.parameters.map { statement.parameterIndex(":\($0.name)") })
        }
        prepared[function.name] = (function.statements, made)
        return made
    }

    // MARK: Grants

    private func mayCall(_ call: Mutation.Call, _ actor: Claims) throws -> Bool {
        if actor.role == .serviceRole { return true }
        for grant in call.function.roles {
            switch grant {
            case .role(let role): if role == actor.role { return true }
            case .owner(let table, let parameter):
                if actor.role == .authenticated, try owns(table, parameter, call, actor) { return true }
            }
        }
        return false
    }

    /// Whether the argument names, by its primary key, a row of the table that belongs to the actor.
    private func owns(_ name: String, _ parameter: String, _ call: Mutation.Call, _ actor: Claims) throws -> Bool {
        guard let table = connection.table(named: name), table.table.primaryKey.count == 1, let owner = table.policy.access.owner,
            let subject = actor.subject, let place = call.function.parameters.firstIndex(where: { $0.name == parameter }),
            call.arguments.indices.contains(place)
        else { return false }
        let select = try connection.statement(
            "SELECT 1 FROM \(table.quotedName) WHERE \(table.keyCondition) AND \(table.quotedColumns[owner]) = ?")
        defer { select.reset() }
        try select.bind(call.arguments[place], at: 1)
        try select.bind(.text(subject), at: 2)
        return try select.step()
    }
}
