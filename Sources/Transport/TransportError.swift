internal import System

/// A fault of this machine while listening or starting a loop.
package struct TransportError: Error, CustomStringConvertible {
    package enum Operation: String, Sendable {
        case resolve, socket, bind, listen, duplicate, createLoop = "create the event loop", startThread = "start the thread", adopt
    }

    package let operation: Operation
    /// The system's `errno`; for `resolve` the resolver's own number; 0 where the library gives none.
    package let code: Int32
    /// What it was about, for example the address.
    package let subject: String

    package var description: String {
        guard operation != .resolve, code != 0 else { return "cannot \(operation.rawValue) \(subject) (code \(code))" }
        return "cannot \(SystemError(operation: operation.rawValue, path: subject, errno: code).description)"
    }
}
