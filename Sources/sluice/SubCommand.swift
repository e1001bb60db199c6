internal import Client
internal import JSON
internal import System

/// `sluice sub`: prints the changes of a table as they happen.
enum SubCommand: Command {
    static let name = "sub"
    static let summary = "print changes as they happen"
    static let help = """
        sluice sub upload_queue
        sluice sub upload_queue status=eq.uploading --select id,status,progress
        sluice sub upload_queue --since 1042 --epoch 5f0c7a9be1d24c33 --json

          --event E        INSERT, UPDATE, DELETE or * (default *)
          --select COLS    columns to show, separated by commas
          --leave          tell when a row stops matching the filter, as a DELETE
          --since N        replay from this sequence on; with --epoch
          --epoch E        the epoch that the sequence belongs to
          --count N        end after N changes
          --json           one JSON object per change
        \(Connecting.help)

        Filters are column=operator.value; all must hold. The connection is made anew when it is lost, and resumes without a gap.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(
            words, options: Connecting.options.union(["event", "select", "since", "epoch", "count"]), flags: ["leave", "json"])
        guard let table = arguments.positional.first else { throw CommandError("which table?", .usage) }
        var binding = BindingRequest(table: table)
        binding.event = arguments.value("event") ?? "*"
        binding.filter = arguments.positional.count > 1 ? arguments.positional.dropFirst().joined(separator: ",") : nil
        binding.columns = arguments.value("select")?.split(separator: ",").map(String.init) ?? []
        binding.tellsLeaving = arguments.has("leave")
        let limit = try arguments.integer("count", in: 1...Int.max, default: Int.max)
        let client = try Connecting(arguments).realtime()
        Signals.block([Signals.terminate, Signals.interrupt])
        // Nothing is buffered, so the end may be sudden; without the thread the signals wait for the next start.
        _ = try? Thread.start(name: "signals") {
            _ = Signals.wait([Signals.terminate, Signals.interrupt])
            Process.exitAtOnce(ExitCode.interrupted.rawValue)
        }
        defer { client.close() }
        do throws(ClientError) {
            let head = try client.join(ChannelRequest("sluice-sub", bindings: [binding], since: try cursor(arguments)))
            if let head { Terminal.error("subscribed to \(table) at sequence \(head.sequence), epoch \(head.epoch)") }
            return try follow(client, limit: limit, asJSON: arguments.has("json"))
        } catch {
            throw CommandError(error)
        }
    }

    private static func cursor(_ arguments: Arguments) throws(ClientError) -> Cursor? {
        guard let text = arguments.value("since") else { return nil }
        guard let sequence = Int64(text), let epoch = arguments.value("epoch") else {
            throw .invalidRequest("--since takes a number and needs --epoch")
        }
        return Cursor(epoch: epoch, sequence: sequence)
    }

    private static func follow(_ client: RealtimeClient, limit: Int, asJSON: Bool) throws(ClientError) -> ExitCode {
        var seen = 0
        while seen < limit {
            switch try client.next(within: .seconds(1)) {
            case .change(let change):
                seen += 1
                Terminal.output(asJSON ? String(decoding: Array(change.data.raw), as: UTF8.self) : line(change))
            case .system(_, isError: true, let message): throw .refused(Refusal(code: "", message: message))
            case .resyncRequired: Terminal.error("changes before this moment are not kept any more")
            case .disconnected(let error): Terminal.error("\(error); coming back")
            case .rejoined: Terminal.error("back")
            case .closed(_, let refusal): throw .refused(refusal ?? Refusal(code: "", message: "the broker closed the channel"))
            default: break
            }
        }
        return .ok
    }

    /// Sequence, kind, and the row's values, separated by tabs.
    private static func line(_ change: RowChange) -> String {
        let row = change.record ?? change.oldRecord
        let values = (row?.members ?? []).filter { !$0.value.isNull }.map { column, value in
            "\(column)=\(value.string ?? String(decoding: Array(value.raw), as: UTF8.self))"
        }
        return ([change.cursor.map { String($0.sequence) } ?? "-", change.kind] + values).joined(separator: "\t")
    }
}
