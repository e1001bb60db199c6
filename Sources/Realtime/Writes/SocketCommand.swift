internal import Access
internal import Engine
internal import JSON
internal import SQLite
internal import Store

/// A call or a write that a client sent on a channel, parsed and typed; access is judged where it is applied.
///
/// Source: DESIGN.md "Calls and writes on the socket". Fields stand at the payload's top level or under its `payload`.
struct SocketCommand {
    /// What the reply shows.
    enum Reply {
        case result(FunctionResultType)
        case rows(Table, isShown: Bool)
    }

    let kind: Mutation.Kind
    let reply: Reply
    let idempotency: IdempotencyKey?

    /// Whether it is a function that runs on a reader.
    var isReadOnly: Bool { if case .call(let call) = kind { call.function.isReadOnly } else { false } }

    init(_ event: ClientEvent, _ payload: JSONView, schema: Schema, limits: RealtimeLimits) throws(Rejection) {
        let isCall = event == .rpc
        let own = payload[isCall ? "event" : "table"]
        let fields = own?.kind == .string ? payload : payload["payload"] ?? payload
        idempotency = try IdempotencyField.key(event, fields)
        if isCall {
            let call = try CallFields.call(fields, schema: schema)
            kind = .call(call)
            reply = .result(call.function.result)
        } else {
            let write = try WriteFields(fields, schema: schema, limits: limits)
            kind = try write.kind(event)
            reply = .rows(write.table, isShown: write.returning.rows)
        }
    }
}

/// `idempotency_key`, with a digest of all that was asked.
enum IdempotencyField {
    static func key(_ event: ClientEvent, _ fields: JSONView) throws(Rejection) -> IdempotencyKey? {
        guard let field = fields["idempotency_key"], !field.isNull else { return nil }
        guard let key = field.utf8, 1...64 ~= key.count else {
            throw Rejection(code: "22023", message: "idempotency_key must be a string of 1 to 64 bytes")
        }
        var asked = Array(event.rawValue.utf8)
        fields.appendCompact(to: &asked)
        return IdempotencyKey(key: key, digest: Digest.sha256(asked))
    }
}
