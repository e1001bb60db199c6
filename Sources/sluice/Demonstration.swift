internal import Client
internal import JSON
internal import Synchronization
internal import System

/// A fleet of fake phones on a thread of its own, publishing through one socket like any client.
final class Demonstration: Sendable {
    private struct Ending: Sendable {
        var thread: Thread?
        var error: ClientError?
    }

    private let isStopped = Atomic(false)
    private let ending = Locked(Ending())

    /// Starts the fleet; it comes back by itself when the connection is lost.
    /// - Parameters:
    ///   - uploads: how many at once.
    ///   - rate: progress updates per second and upload.
    static func start(url: BrokerURL, token: String, uploads: Int, rate: Int) throws(SystemError) -> Demonstration {
        let demonstration = Demonstration()
        let thread = try Thread.start(name: "demo") {
            var fleet = Fleet(client: RealtimeClient(url, apikey: token), uploads: uploads, rate: rate)
            do throws(ClientError) {
                try fleet.join()
                while !demonstration.isStopped.load(ordering: .relaxed) { try fleet.step() }
            } catch {
                demonstration.ending.withLock { $0.error = error }
            }
        }
        demonstration.ending.withLock { $0.thread = thread }
        return demonstration
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// Waits for the end; the error that brought it, if one did.
    func wait() -> ClientError? {
        ending.withLock { $0.thread }?.join()
        return ending.withLock { $0.error }
    }
}
