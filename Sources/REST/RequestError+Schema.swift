internal import Store

/// Refusals that follow from the schema. Source: docs/REST.md, errors; PostgREST src/PostgREST/Error.hs.
extension RequestError {
    static let putFilters = RequestError(
        code: "PGRST105", message: "Filters must include all and only primary key columns with 'eq' operators", status: 405)

    static let putRange = RequestError(
        code: "PGRST114", message: "limit/offset querystring parameters are not allowed for PUT", status: 400)

    static let putKey = RequestError(code: "PGRST115", message: "Payload values do not match URL in primary key column(s)", status: 400)

    static func notEmbedded(_ name: String) -> RequestError {
        RequestError(
            code: "PGRST108", message: "'\(name)' is not an embedded resource in this request",
            hint: "Verify that '\(name)' is included in the 'select' query parameter.", status: 400)
    }

    static func notSingular(_ count: Int) -> RequestError {
        RequestError(
            code: "PGRST116", message: "Cannot coerce the result to a single JSON object",
            details: .text("The result contains \(count) rows"), status: 406)
    }

    static func relatedOrder(_ table: String, by target: String) -> RequestError {
        RequestError(
            code: "PGRST118", message: "A related order on '\(target)' is not possible",
            details: .text("'\(table)' and '\(target)' do not form a many-to-one or one-to-one relationship"), status: 400)
    }

    static func maxAffected(_ count: Int) -> RequestError {
        RequestError(
            code: "PGRST124", message: "Query result exceeds max-affected preference constraint",
            details: .text("The query affects \(count) rows"), status: 400)
    }

    static let maxAffectedOfSingle = RequestError(
        code: "PGRST128", message: "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
        status: 400)

    static func noRelationship(_ origin: String, _ target: String, hint: String?, schema: String) -> RequestError {
        let using = hint.map { " using the hint '\($0)'" } ?? ""
        return RequestError(
            code: "PGRST200", message: "Could not find a relationship between '\(origin)' and '\(target)' in the schema cache",
            details: .text(
                "Searched for a foreign key relationship between '\(origin)' and '\(target)'\(using) in the schema '\(schema)', "
                    + "but no matches were found."), status: 400)
    }

    static func unknownColumn(_ column: String, of table: String) -> RequestError {
        RequestError(
            code: "PGRST204", message: "Could not find the '\(column)' column of '\(table)' in the schema cache", status: 400)
    }

    static func unknownTable(_ name: String, nearest: String?, schema: String) -> RequestError {
        RequestError(
            code: "PGRST205", message: "Could not find the table '\(schema).\(name)' in the schema cache",
            hint: nearest.map { "Perhaps you meant the table '\(schema).\($0)'" }, status: 404)
    }

    /// A column that a filter, select or order names. `table` is the name in the query: `profiles_1` inside an embed.
    static func noColumn(_ column: String, of table: String) -> RequestError {
        RequestError(code: "42703", message: "column \(table).\(column) does not exist", status: 400)
    }

    static func noType(_ name: String) -> RequestError {
        RequestError(code: "42704", message: "type \"\(name)\" does not exist", status: 400)
    }

    static func noOperator(_ type: ColumnType, _ symbol: String) -> RequestError {
        RequestError(
            code: "42883", message: "operator does not exist: \(type.sqlName) \(symbol) unknown",
            hint: "No operator matches the given name and argument types. You might need to add explicit type casts.", status: 404)
    }

    /// - Parameter test: `TRUE`, `FALSE` or `UNKNOWN`.
    static func notBoolean(_ type: ColumnType, test: String) -> RequestError {
        RequestError(code: "42804", message: "argument of IS \(test) must be type boolean, not type \(type.sqlName)", status: 400)
    }

    static func permission(_ kind: String, _ name: String, isAnonymous: Bool) -> RequestError {
        RequestError(sqlState: "42501", message: "permission denied for \(kind) \(name)", isAnonymous: isAnonymous)
    }

    static let noConflictTarget = RequestError(
        code: "42P10", message: "there is no unique or exclusion constraint matching the ON CONFLICT specification", status: 400)

    static let repeatedConflictKey = RequestError(
        code: "21000", message: "ON CONFLICT DO UPDATE command cannot affect row a second time",
        hint: "Ensure that no rows proposed for insertion within the same command have duplicate constrained values.", status: 500)

    static func generatedColumn(_ column: String, isInsert: Bool) -> RequestError {
        RequestError(
            code: "428C9",
            message: isInsert
                ? "cannot insert a non-DEFAULT value into column \"\(column)\"" : "column \"\(column)\" can only be updated to DEFAULT",
            details: .text("Column \"\(column)\" is a generated column."), status: 400)
    }

    static func readOnly(_ verb: String) -> RequestError {
        RequestError(code: "25006", message: "cannot execute \(verb) in a read-only transaction", status: 405)
    }
}
