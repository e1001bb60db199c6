import Access
import SQLite
import Store

/// Answers by idempotency key: repeating a request has one effect. Refusals are not kept; the repetition is judged anew.
struct ReplyStore {
    let connection: WriteConnection
    /// Answers of the block under way, which get their sequence at its end.
    private var fresh: [Name: (digest: [UInt8], applied: Applied)] = [:]
    private var order: [Name] = []

    private struct Name: Hashable {
        let actor: String
        let key: [UInt8]
    }

    init(connection: WriteConnection) { self.connection = connection }

    /// What the same actor was answered for the same key.
    /// - Throws: `Rejection` when the key was used for another request.
    func outcome(of key: IdempotencyKey, actor: Claims) throws -> Applied? {
        let name = Name(actor: Self.text(actor), key: key.key)
        if let (digest, answer) = fresh[name] {
            guard digest == key.digest else { throw Rejection.keyReused }
            var applied = answer
            applied.isRepeated = true
            return applied
        }
        let select = try connection.statement("SELECT digest, outcome FROM sluice_replies WHERE actor = ? AND key = ?")
        defer { select.reset() }
        try select.bind(.text(name.actor), at: 1)
        try select.bind(.blob(name.key), at: 2)
        guard try select.step() else { return nil }
        guard select.value(0) == .blob(key.digest) else { throw Rejection.keyReused }
        guard case .blob(let bytes) = select.value(1) else { return nil }
        return AppliedCodec.decode(bytes)
    }

    mutating func keep(_ applied: Applied, for key: IdempotencyKey, actor: Claims) {
        let name = Name(actor: Self.text(actor), key: key.key)
        fresh[name] = (key.digest, applied)
        order.append(name)
    }

    mutating func begin() {
        fresh = [:]
        order = []
    }

    /// Writes the block's answers, all with its sequence.
    /// - Returns: whether there were any.
    mutating func write(sequence: SequenceNumber, clock: Int64) throws -> Bool {
        for name in order {
            guard let (digest, answer) = fresh[name] else { continue }
            var applied = answer
            applied.sequence = sequence
            try connection.run(
                "INSERT INTO sluice_replies (actor, key, digest, outcome, clock) VALUES (?, ?, ?, ?, ?)",
                .text(name.actor), .blob(name.key), .blob(digest), .blob(AppliedCodec.encode(applied)), .integer(clock))
        }
        if !order.isEmpty { try Self.count(Int64(order.count), on: connection) }
        return !order.isEmpty
    }

    /// The row of `sluice_state` that holds how many answers there are.
    static let countName = "replies"

    static func count(_ change: Int64, on connection: WriteConnection) throws {
        try connection.run(
            "INSERT INTO sluice_state (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value",
            .text(countName), .integer(change))
    }

    private static func text(_ actor: Claims) -> String {
        "\(actor.role.rawValue):\(actor.subject.map { String(decoding: $0, as: UTF8.self) } ?? "")"
    }
}
