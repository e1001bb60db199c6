import Access
import SQLite
import Store

/// Commands and their refusals, written in the command's own transaction.
struct AuditTrail {
    let connection: WriteConnection

    /// Longest scope kept, in bytes.
    private static let scopeLimit = 1_024

    /// - Parameters:
    ///   - count: rows the command changed; nil when it was refused.
    ///   - result: `ok`, or the code of the refusal.
    func write(_ call: Mutation.Call, command: String, actor: ChangeActor, count: Int?, result: String, now: Int64) throws {
        try connection.run(
            "INSERT INTO sluice_audit (time, role, sub, command, scope, count, result) VALUES (?, ?, ?, ?, ?, ?, ?)",
            .integer(now), .text(actor.role), actor.subject.map { .text($0) } ?? .null, .text(command), .text(Self.scope(call)),
            count.map { .integer(Int64($0)) } ?? .null, .text(result))
    }

    /// `upload_id=…, reason=…`: what the command was asked to do.
    private static func scope(_ call: Mutation.Call) -> [UInt8] {
        var scope: [UInt8] = []
        for (parameter, argument) in zip(call.function.parameters, call.arguments) where !argument.isNull {
            if !scope.isEmpty { scope += Array(", ".utf8) }
            scope += Array(parameter.name.utf8) + [UInt8(ascii: "=")]
            parameter.type.appendText(argument, to: &scope)
        }
        return Array(String(decoding: scope.prefix(scopeLimit), as: UTF8.self).utf8)
    }
}
