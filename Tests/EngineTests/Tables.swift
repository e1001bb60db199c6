import Access
import Engine
import SQLite
import Store
import Testing

/// The tables of these tests, as SQL and as the schema that the loader would make of it.
enum Tables {
    static let script = """
        CREATE TABLE users (id text PRIMARY KEY, email text text UNIQUE, age integer CONSTRAINT users_age_check CHECK (age >= 0));
        CREATE TABLE uploads (
          id text PRIMARY KEY, user_id text REFERENCES users(id), title text NOT NULL DEFAULT 'untitled', status text NOT NULL DEFAULT 'pending',
          progress integer NOT NULL DEFAULT 0, speed real, late_writes integer DEFAULT 0, stop_seen_at text, finished_at text,
          updated_at text);
        CREATE INDEX uploads_status ON uploads (status);
        CREATE TABLE parts (
          id integer PRIMARY KEY, upload_id text NOT NULL REFERENCES uploads(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
          size integer);
        CREATE TABLE secrets (id integer PRIMARY KEY, word text);
        """

    static func userColumns(ageDefault: String?) -> [Column] {
        columns(("id", .text, true, nil), ("email", .text, false, nil), ("age", .int4, false, ageDefault))
    }
    static let uploadColumns = columns(
        ("id", .text, true, nil), ("user_id", .text, false, nil), ("title", .text, true, "'untitled'"),
        ("status", .text, true, "'pending'"),
        ("progress", .int4, true, "0"), ("speed", .float8, false, nil), ("late_writes", .int4, false, "0"),
        ("stop_seen_at", .timestamptz, false, nil), ("finished_at", .timestamptz, false, nil), ("updated_at", .timestamptz, false, nil))
    static let partColumns = columns(("id", .int8, true, nil), ("upload_id", .text, true, nil), ("size", .int4, false, nil))
    static let secretColumns = columns(("id", .int8, true, nil), ("word", .text, false, nil))

    static func schema(functions: [Function] = [], ageDefault: String? = nil, journalBytes: Int64? = nil) -> Schema {
        var userPolicy = open(owner: 0)
        if let journalBytes { userPolicy.journal.bytes = journalBytes }
        let users = Table(
            id: 1, name: "users", columns: userColumns(ageDefault: ageDefault), primaryKey: [0],
            uniques: [
                UniqueConstraint(name: "users_pkey", columns: [0], isPrimaryKey: true),
                UniqueConstraint(name: "users_email_key", columns: [1], isPrimaryKey: false),
            ], checks: [CheckConstraint(reported: "users_age_check", name: "users_age_check", columns: ["age"])], policy: userPolicy)
        var uploadPolicy = open(owner: 1)
        uploadPolicy.touch = 9
        uploadPolicy.lifecycle = Lifecycle(
            column: 3, active: words("pending", "uploading", "retrying"), final: words("completed", "failed", "stopped"), finishedAt: 8,
            hold: words("completed", "stopped"), heldCount: 6, heldThrough: [5], acknowledge: 7,
            acknowledgedBy: words("retrying", "failed", "completed"))
        uploadPolicy.throttle = Throttle(intervalMicroseconds: 1_000_000, columns: [4, 5, 6])
        let uploads = Table(
            id: 2, name: "uploads", columns: uploadColumns, primaryKey: [0],
            uniques: [UniqueConstraint(name: "uploads_pkey", columns: [0], isPrimaryKey: true)],
            foreignKeys: [ForeignKey(name: "uploads_user_id_fkey", columns: [1], target: "users", targetColumns: ["id"])],
            policy: uploadPolicy)
        let parts = Table(
            id: 3, name: "parts", columns: partColumns, primaryKey: [0],
            uniques: [UniqueConstraint(name: "parts_pkey", columns: [0], isPrimaryKey: true)],
            foreignKeys: [ForeignKey(name: "parts_upload_id_fkey", columns: [1], target: "uploads", targetColumns: ["id"])],
            policy: open(owner: nil))
        let secrets = Table(id: 4, name: "secrets", columns: secretColumns, primaryKey: [0], policy: nil)
        return Schema(
            tables: [users, uploads, parts, secrets],
            functions: Dictionary(functions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    private static func columns(_ list: (String, ColumnType, Bool, String?)...) -> [Column] {
        list.enumerated().map { Column(index: $0, name: $1.0, type: $1.1, isNotNull: $1.2, defaultSQL: $1.3) }
    }

    static func words(_ words: String...) -> Set<[UInt8]> { Set(words.map { Array($0.utf8) }) }

    private static func open(owner: Int?) -> TablePolicy {
        var policy = TablePolicy()
        policy.isRealtime = true
        policy.access.owner = owner
        let mine: AccessRule = owner == nil ? .all : .owner
        policy.access.rules = [
            .authenticated: [.select: mine, .insert: mine, .update: mine, .delete: mine],
            .operator: [.select: .all, .update: .all], .viewer: [.select: .all],
            .admin: Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, AccessRule.all) }),
        ]
        return policy
    }
}

/// Short forms of mutations.
struct Writer {
    let bench: Bench
    var actor = Claims.service

    func insert(
        _ table: String, _ values: KeyValuePairs<String, Value>, conflict: Mutation.Conflict? = nil,
        returning: Mutation.Returning = .init(),
        key: IdempotencyKey? = nil
    ) throws -> Mutation {
        let table = try bench.table(table)
        return Mutation(
            .insert(
                .init(
                    table: table, columns: values.map { table.place(of: $0.key) ?? 0 }, rows: [values.map(\.value)], conflict: conflict,
                    returning: returning)), actor: actor, idempotency: key, replyTo: nil)
    }

    func update(
        _ table: String, _ id: Value?, _ values: KeyValuePairs<String, Value>, returning: Mutation.Returning = .init(),
        key: IdempotencyKey? = nil
    ) throws -> Mutation {
        let table = try bench.table(table)
        return Mutation(
            .update(
                .init(
                    table: table, assignments: values.map { .init(column: table.place(of: $0.key) ?? 0, value: $0.value) },
                    predicate: id.map { .compare(column: 0, .equal, $0) } ?? .always, returning: returning)), actor: actor,
            idempotency: key,
            replyTo: nil)
    }

    func delete(_ table: String, _ id: Value?, returning: Mutation.Returning = .init()) throws -> Mutation {
        Mutation(
            .delete(
                .init(table: try bench.table(table), predicate: id.map { .compare(column: 0, .equal, $0) } ?? .always, returning: returning)
            ),
            actor: actor, replyTo: nil)
    }

    func call(_ name: String, _ arguments: Value..., key: IdempotencyKey? = nil) throws -> Mutation {
        Mutation(
            .call(.init(function: try #require(bench.schema.functions[name]), arguments: arguments)), actor: actor, idempotency: key,
            replyTo: nil)
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
}

extension Claims {
    static func user(_ subject: String) -> Claims { Claims(role: .authenticated, subject: Array(subject.utf8)) }
    static let operatorClaims = Claims(role: .operator, subject: Array("ops".utf8))
    static let viewer = Claims(role: .viewer, subject: nil)
}

/// Functions as their files would make them.
enum Functions {
    static func make(
        _ name: String, _ statements: [String], parameters: [(String, ColumnType)] = [], roles: [Function.Grant] = [], audit: String? = nil,
        schedule: String? = nil, leaves: Set<String> = []
    ) -> Function {
        Function(
            name: name, parameters: parameters.map { .init(name: $0.0, type: $0.1, defaultValue: .null) }, result: .setOfScalar(.int8),
            statements: statements, isReadOnly: false, roles: roles, audit: audit, schedule: schedule.flatMap(Schedule.init),
            leaves: leaves,
            description: "")
    }
}
