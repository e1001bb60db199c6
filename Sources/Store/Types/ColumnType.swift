/// The type of a column as clients see it: the first word of its declaration.
package indirect enum ColumnType: Hashable, Sendable {
    case text, varchar, uuid, bool, int2, int4, int8, float4, float8
    /// `numeric real` is a double; `numeric text COLLATE numeric` keeps the scale.
    case numeric(isText: Bool)
    case json, jsonb, timestamp, timestamptz, date, time, bytea
    /// Stored as the text of a JSON array.
    case array(of: ColumnType)

    /// PostgreSQL's internal name, as row changes carry it: `int4`, `timestamptz`, `_text`.
    package var wireName: String {
        switch self {
        case .text: "text"
        case .varchar: "varchar"
        case .uuid: "uuid"
        case .bool: "bool"
        case .int2: "int2"
        case .int4: "int4"
        case .int8: "int8"
        case .float4: "float4"
        case .float8: "float8"
        case .numeric: "numeric"
        case .json: "json"
        case .jsonb: "jsonb"
        case .timestamp: "timestamp"
        case .timestamptz: "timestamptz"
        case .date: "date"
        case .time: "time"
        case .bytea: "bytea"
        case .array(let element): "_" + element.wireName
        }
    }

    /// The SQL name, as PostgreSQL's error messages say it: `integer`, `timestamp with time zone`.
    package var sqlName: String {
        switch self {
        case .bool: "boolean"
        case .int2: "smallint"
        case .int4: "integer"
        case .int8: "bigint"
        case .float4: "real"
        case .float8: "double precision"
        case .varchar: "character varying"
        case .timestamp: "timestamp without time zone"
        case .timestamptz: "timestamp with time zone"
        case .time: "time without time zone"
        case .array(let element): element.sqlName + "[]"
        default: wireName
        }
    }

    /// The storage class that values of the type have.
    package var storage: Storage {
        switch self {
        case .bool, .int2, .int4, .int8: .integer
        case .float4, .float8, .numeric(isText: false): .real
        case .bytea: .blob
        default: .text
        }
    }

    package enum Storage: String, Hashable, Sendable { case text, integer, real, blob }
}
