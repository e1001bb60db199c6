internal import Engine
internal import Realtime
internal import Store
internal import System
internal import Transport

/// Where other threads leave things for one event loop: the engine its blocks, readers their answers, other loops their broadcasts.
///
/// Bounded by what feeds it: replies by the mutations under way, blocks by the engine's pace (a loop that lags keeps references to blocks
/// the window holds anyway), answers by the requests waiting. Wakes the loop once for however much was put.
final class LoopMailbox: BlockListener {
    enum Message: Sendable {
        case block(CommittedBlock, [Reply])
        case response(PendingExchange, HTTPResponse)
        case called(token: UInt64, Outcome)
        case replayed(ReplayPage)
        case broadcast(BroadcastMessage)
        /// Log what you are doing.
        case report
        case drain
        case stop
    }

    private struct State: Sendable {
        var messages: [Message] = []
        var handle: LoopHandle?
    }

    private let state = Locked(State())

    /// Names the loop to wake, once it runs. What was put before wakes it now.
    func attach(_ handle: LoopHandle) {
        let waiting = state.withLock { state in
            state.handle = handle
            return !state.messages.isEmpty
        }
        if waiting { handle.wake() }
    }

    /// Any thread.
    func put(_ message: Message) {
        let handle = state.withLock { state in
            state.messages.append(message)
            return state.messages.count == 1 ? state.handle : nil
        }
        handle?.wake()
    }

    /// Everything that waits, in order. Loop thread.
    func take() -> [Message] {
        state.withLock { state in
            let taken = state.messages
            state.messages = []
            return taken
        }
    }

    /// The engine's thread.
    func committed(_ block: CommittedBlock, replies: [Reply]) { put(.block(block, replies)) }
}
