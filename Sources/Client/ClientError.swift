package import System

/// What went wrong between a client and its broker.
package enum ClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No such host, or nobody listens there.
    case unreachable(String)
    /// What was waited for.
    case timedOut(String)
    /// The connection ended or failed; what was under way may or may not have happened.
    case connectionLost(String)
    /// The peer sent what the protocol does not allow.
    case malformed(String)
    case tooLarge(byteLimit: Int)
    /// An answer other than 101 to a WebSocket upgrade; the message is the body's `error`, or the body.
    case upgradeRefused(status: Int, message: String)
    /// A close frame came; no code when it had none.
    case closed(code: UInt16?, reason: String)
    /// The broker's lawful no to a join, a call or a write.
    case refused(Refusal)
    /// This machine failed us: no more descriptors, for instance.
    case system(SystemError)
    /// What was asked cannot be put on the wire.
    case invalidRequest(String)
    /// More events waited than the client may keep while it waits for a reply.
    case overrun(limit: Int)

    package var description: String {
        switch self {
        case .unreachable(let what): what
        case .timedOut(let what): "timed out while \(what)"
        case .connectionLost(let why): "connection lost: \(why)"
        case .malformed(let what): "the peer sent \(what)"
        case .tooLarge(let limit): "the peer sent more than the limit of \(limit) bytes"
        case .upgradeRefused(let status, let message): "upgrade refused with status \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .closed(let code, let reason):
            "closed by the peer" + (code.map { " with code \($0)" } ?? "") + (reason.isEmpty ? "" : ": \(reason)")
        case .refused(let refusal): refusal.description
        case .system(let error): error.description
        case .invalidRequest(let why): why
        case .overrun(let limit): "more than \(limit) events arrived while waiting for a reply"
        }
    }
}
