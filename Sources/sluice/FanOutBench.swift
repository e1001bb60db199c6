internal import Client
internal import JSON
internal import System

/// One publisher, many subscribers of one binding, on one thread: how many deliveries, how late. Times in nanoseconds of the monotonic
/// clock.
///
/// Every inserted row carries the moment it was sent in `file_size`; subscribers read it back from the frame.
final class FanOutBench: LoadHandler {
    /// Open loop: rows per second whatever happens. Closed loop: rows on their way at once.
    enum Pace {
        case rate(Int)
        case window(Int)
    }

    /// Marks the rows of a run, so that they can be deleted.
    static let mark = "sluice-bench"

    private(set) var latency = LatencyHistogram()
    private(set) var acknowledged: UInt64 = 0
    private(set) var rejected: UInt64 = 0
    private(set) var lost: ClientError?
    private(set) var joined = 0
    private let subscribers: Int
    private let pace: Pace
    private var publisher = 0
    private var isPublishing = false
    private var isMeasuring = false
    private var sentCount: UInt64 = 0
    private var nextSend: Int64 = 0
    private var framesSeen: UInt64 = 0
    private let sampleEvery: UInt64

    init(subscribers: Int, pace: Pace) {
        self.subscribers = subscribers
        self.pace = pace
        // Reading the time out of a frame costs the client, not the broker: at most some 50,000 frames a second are read.
        sampleEvery = UInt64(max(1, subscribers / 50))
    }

    /// Opens all sockets; the publisher is the last.
    func open(on loop: LoadLoop, token: String) {
        for _ in 0...subscribers { publisher = loop.open("/realtime/v1/websocket?vsn=2.0.0", apikey: token) }
    }

    var isReady: Bool { joined == subscribers + 1 }

    func start(measuring: Bool) {
        isPublishing = true
        isMeasuring = measuring
        nextSend = MonotonicTime.nanoseconds()
        latency = LatencyHistogram()
    }

    func stop() { isPublishing = false }

    /// Rows sent and not yet answered.
    var outstanding: UInt64 { sentCount - acknowledged - rejected }

    // MARK: LoadHandler

    func opened(_ connection: Int, _ loop: LoadLoop) {
        let binding: JSONValue = [
            "event": "INSERT", "schema": "public", "table": "upload_queue",
            "select": ["id", "video_title", "filename", "file_size", "status", "progress"],
        ]
        let config: JSONValue = ["config": ["postgres_changes": connection == publisher ? [] : [binding]]]
        send(["1", "1", "realtime:bench", "phx_join", config], on: connection, loop)
    }

    func received(_ payload: Span<UInt8>, on connection: Int, _ loop: LoadLoop) {
        if connection == publisher || joined <= subscribers { return receivedReply(payload, on: connection) }
        framesSeen += 1
        guard isMeasuring, framesSeen % sampleEvery == 0, let sentAt = payload.number(behind: "\"file_size\":") else { return }
        latency.record(nanoseconds: MonotonicTime.nanoseconds() - sentAt)
    }

    func closed(_ connection: Int, _ error: ClientError, _ loop: LoadLoop) {
        lost = error
        loop.stop()
    }

    func turn(_ loop: LoadLoop) -> Int64? {
        guard isPublishing else { return MonotonicTime.nanoseconds() + 10_000_000 }
        switch pace {
        case .window(let window):
            while outstanding < UInt64(window) { publish(loop) }
            return nil
        case .rate(let rate):
            let now = MonotonicTime.nanoseconds()
            while nextSend <= now {
                publish(loop)
                nextSend += 1_000_000_000 / Int64(rate)
            }
            return nextSend
        }
    }

    private func receivedReply(_ payload: Span<UInt8>, on connection: Int) {
        guard payload.contains("\"phx_reply\"") else { return }
        let isOK = payload.contains("\"status\":\"ok\"")
        if joined <= subscribers {
            if isOK { joined += 1 }
        } else if isOK {
            acknowledged += 1
        } else {
            rejected += 1
        }
    }

    private func publish(_ loop: LoadLoop) {
        sentCount += 1
        let values: JSONValue = [
            "video_title": "Chapitre 1: le grand départ, prise 3", "filename": .string("video_\(sentCount).mp4"),
            "file_size": .int(MonotonicTime.nanoseconds()), "status": "uploading", "progress": 0, "app_version": .string(Self.mark),
        ]
        let payload: JSONValue = ["table": "upload_queue", "values": values]
        send(["1", .string(String(sentCount + 1)), "realtime:bench", "insert", payload], on: publisher, loop)
    }

    private func send(_ message: JSONValue, on connection: Int, _ loop: LoadLoop) {
        var frame: [UInt8] = []
        ClientFrame.append(.text, message.bytes, key: ClientFrame.randomKey(), to: &frame)
        if !loop.send(frame, on: connection) { rejected += 1 }
    }
}

extension Span<UInt8> {
    /// Whether the text stands anywhere in the bytes.
    func contains(_ text: String) -> Bool { place(behind: text) != nil }

    /// The whole number that follows the first occurrence of `text`.
    func number(behind text: String) -> Int64? {
        guard var index = place(behind: text) else { return nil }
        var number: Int64 = 0
        while index < count, (0x30...0x39).contains(self[index]) {
            let (product, overflows) = number.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            number = product &+ Int64(self[index] &- 0x30)
            index += 1
        }
        return number
    }

    private func place(behind text: String) -> Int? {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, count >= wanted.count else { return nil }
        for start in 0...(count - wanted.count) where self[start] == first {
            var length = 1
            while length < wanted.count, self[start + length] == wanted[length] { length += 1 }
            if length == wanted.count { return start + length }
        }
        return nil
    }
}
