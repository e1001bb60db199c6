internal import Client
internal import JSON
internal import System

/// One fake phone: uploads a video, fails and retries now and then, and obeys a stop — most of the time.
struct Phone {
    enum Action {
        case write(RowWrite)
        case acknowledge(id: String)
        case nothing
    }

    private enum State {
        case idle, uploading, retrying, stopping, done
    }

    private(set) var id = ""
    /// When it acts next, on the monotonic clock.
    private(set) var due: Int64
    private var state = State.idle
    private var size: Int64 = 0
    private var sent: Int64 = 0
    private var bytesPerSecond = 0.0
    private var retries: Int64 = 0
    private var hears = true
    private static let titles = [
        "Chapitre 1", "Interview au parc", "Morning routine", "Unboxing", "Rooftop timelapse", "Answers, part two", "Field notes",
        "Sunset over the bay", "Rehearsal", "The long take",
    ]

    init(due: Int64) { self.due = due }

    /// What the phone does now; sets when it acts next.
    mutating func act(now: Int64, interval: Int64, users: [String], using chance: inout some RandomNumberGenerator) -> Action {
        switch state {
        case .idle, .done: return begin(now: now, interval: interval, users: users, using: &chance)
        case .retrying:
            state = .uploading
            due = now + interval
            return update(["status": "uploading"])
        case .stopping:
            state = .done
            due = now + .random(in: 3_000_000_000...8_000_000_000, using: &chance)
            return .acknowledge(id: id)
        case .uploading: return advance(now: now, interval: interval, using: &chance)
        }
    }

    /// The row says stopped. One phone in twelve is in a tunnel and goes on sending.
    mutating func hearStop(now: Int64, using chance: inout some RandomNumberGenerator) {
        guard hears, state == .uploading || state == .retrying else { return }
        state = .stopping
        due = now + .random(in: 100_000_000...1_200_000_000, using: &chance)
    }

    /// The row is pending again: someone asked for a retry.
    mutating func hearRetry(now: Int64) {
        guard state == .done || state == .stopping else { return }
        state = .retrying
        due = now + 500_000_000
    }

    private mutating func begin(
        now: Int64, interval: Int64, users: [String], using chance: inout some RandomNumberGenerator
    ) -> Action {
        id = String(decoding: Randomness.uuid(), as: UTF8.self)
        size = .random(in: 20_000_000...800_000_000, using: &chance)
        sent = 0
        retries = 0
        bytesPerSecond = .random(in: 800_000...6_000_000, using: &chance)
        hears = Int.random(in: 0..<12, using: &chance) != 0
        state = .uploading
        due = now + interval
        let title = Self.titles.randomElement(using: &chance) ?? "Video"
        return .write(
            RowWrite(
                .insert, "upload_queue",
                values: [
                    "id": .string(id), "user_id": .string(users.randomElement(using: &chance) ?? ""), "video_title": .string(title),
                    "filename": .string("video_\(id.prefix(8)).mp4"), "file_size": .int(size), "status": "uploading", "progress": 0,
                    "metadata": ["isRecorded": .bool(Bool.random(using: &chance))], "app_version": "3.2.0",
                ]))
    }

    private mutating func advance(now: Int64, interval: Int64, using chance: inout some RandomNumberGenerator) -> Action {
        due = now + interval
        if Double.random(in: 0..<1, using: &chance) < 0.004 { return fail(now: now, using: &chance) }
        bytesPerSecond = min(max(bytesPerSecond * .random(in: 0.85...1.17, using: &chance), 200_000), 12_000_000)
        sent = min(sent + Int64(bytesPerSecond * Double(interval) / 1_000_000_000), size)
        let progress = sent * 100 / max(size, 1)
        guard sent == size else {
            let speed = (bytesPerSecond / 10_000).rounded() / 100
            return update(["progress": .int(progress), "upload_speed": .double(speed), "bytes_sent": .int(sent)])
        }
        state = .done
        due = now + .random(in: 1_000_000_000...5_000_000_000, using: &chance)
        return update([
            "status": "completed", "progress": 100, "bytes_sent": .int(sent), "completed_at": "now",
            "file_path": .string("videos/\(id).mp4"),
        ])
    }

    private mutating func fail(now: Int64, using chance: inout some RandomNumberGenerator) -> Action {
        let message = ["Network request failed", "Upload timed out after 600 s", "Connection reset by peer"].randomElement(using: &chance)
        let values: [JSONValue.Member] = [.init("error_message", .string(message ?? "")), .init("last_error_at", "now")]
        guard retries < 3 else {
            state = .done
            due = now + 4_000_000_000
            return .write(RowWrite(.update, "upload_queue", values: .object(values + [.init("status", "failed")]), filter: "id=eq.\(id)"))
        }
        retries += 1
        state = .retrying
        due = now + .random(in: 2_000_000_000...4_000_000_000, using: &chance)
        let retrying: [JSONValue.Member] = [.init("status", "retrying"), .init("retry_count", .int(retries))]
        return .write(RowWrite(.update, "upload_queue", values: .object(values + retrying), filter: "id=eq.\(id)"))
    }

    private func update(_ values: JSONValue) -> Action { .write(RowWrite(.update, "upload_queue", values: values, filter: "id=eq.\(id)")) }
}
