internal import Engine
internal import Telemetry

/// Turns what the engine observes into log lines. The engine's thread; nothing per block is logged.
final class EngineReport: EngineObserver {
    private let log: Log

    init(log: Log) { self.log = log }

    func observe(_ observation: EngineObservation) {
        switch observation {
        // A fault is told to the broker, which ends the process with it.
        case .committed, .checkpointed, .fault: break
        case .repeated(let mutations):
            log.warning("engine", "a block was applied again without the mutation that undid it", [.int("block.mutations", mutations)])
        case .logReset(let nanoseconds):
            log.debug("engine", "the write-ahead log was emptied while readers waited", [.int("pause.us", nanoseconds / 1000)])
        case .emergency(true): log.error("engine", "the disk is full: only deletes and stops are taken")
        case .emergency(false): log.notice("engine", "there is room on the disk again: all writes are taken")
        case .scheduled(let function, let rejection):
            guard let rejection else { return }
            log.error(
                "engine", "a scheduled function failed",
                [.string("function", function), .string("code", rejection.code), .string("message", rejection.message)])
        }
    }
}
