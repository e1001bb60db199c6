internal import Client
internal import JSON
internal import System

/// The fake phones of one demonstration: what each does next, and when. One thread.
struct Fleet {
    private static let channel = "sluice-demo"
    private let client: RealtimeClient
    private let interval: Int64
    private var phones: [Phone]
    private var users: [String] = []
    private var chance = SystemRandomNumberGenerator()

    init(client: RealtimeClient, uploads: Int, rate: Int) {
        self.client = client
        interval = 1_000_000_000 / Int64(rate)
        let start = MonotonicTime.nanoseconds()
        phones = (0..<uploads).map { Phone(due: start + Int64($0) * 1_000_000_000 / Int64(uploads)) }
    }

    /// Joins the channel on which stops and retries are told, and makes sure that the users exist.
    mutating func join() throws(ClientError) {
        var updates = BindingRequest(table: "upload_queue")
        updates.event = "UPDATE"
        updates.filter = "status=in.(stopped,pending)"
        updates.columns = ["id", "status"]
        _ = try client.join(ChannelRequest(Self.channel, bindings: [updates]))
        for (number, name) in ["Ada", "Grace", "Edsger", "Barbara", "Alan", "Margaret"].enumerated() {
            // Fixed ids, so that the next demonstration finds its users again.
            let id = "00000000-0000-4000-8000-00000000000\(number)"
            users.append(id)
            let profile: JSONValue = [
                "id": .string(id), "email": .string("\(name.lowercased())@example.com"), "first_name": .string(name),
            ]
            _ = try client.write(RowWrite(.upsert, "profiles", values: profile), on: Self.channel)
        }
    }

    /// Does what is due and takes in what comes until the next thing is; a second at the longest.
    mutating func step() throws(ClientError) {
        let now = MonotonicTime.nanoseconds()
        for index in phones.indices where phones[index].due <= now {
            let write = phones[index].act(now: now, interval: interval, users: users, using: &chance)
            try perform(write)
        }
        let next = phones.map(\.due).min() ?? now
        let pause = min(max(next - MonotonicTime.nanoseconds(), 0), 1_000_000_000)
        if case .change(let change)? = try client.next(within: .nanoseconds(pause)) { hear(change) }
    }

    private func perform(_ action: Phone.Action) throws(ClientError) {
        do throws(ClientError) {
            switch action {
            case .write(let write): _ = try client.write(write, on: Self.channel)
            case .acknowledge(let id): _ = try client.call("acknowledge_stop", ["upload_id": .string(id)], on: Self.channel)
            case .nothing: break
            }
        } catch {
            // A lost connection is made anew by the client; the phone goes on with its next tick, as phones do.
            switch error {
            case .connectionLost, .timedOut, .closed, .unreachable: _ = try client.next(within: .milliseconds(200))
            case .invalidRequest: _ = try client.next(within: .milliseconds(200))
            default: throw error
            }
        }
    }

    private mutating func hear(_ change: RowChange) {
        guard let id = change.record?["id"]?.string, let index = phones.firstIndex(where: { $0.id == id }) else { return }
        let now = MonotonicTime.nanoseconds()
        if change.record?["status"]?.equals("stopped") == true { phones[index].hearStop(now: now, using: &chance) }
        if change.record?["status"]?.equals("pending") == true { phones[index].hearRetry(now: now) }
    }
}
