internal import Client
internal import JSON
internal import System

/// `sluice stop`: stops uploads by id, by user, or all of them.
enum StopCommand: Command {
    static let name = "stop"
    static let summary = "stop one upload, a user's uploads, or all"
    static let help = """
        sluice stop 9f3c2d6e-4a52-4c5a-9b8f-0a6d3c1b2a11 --reason "wrong file"
        sluice stop --user 7c9e6679-7425-40de-944b-e07fc1f90ae7
        sluice stop --all --confirm 134

          --user ID        every active upload of a user
          --all            every active upload; asks on a terminal, elsewhere needs --yes or --confirm
          --confirm N      for --all: the number that would stop; the broker refuses when it is another
          --yes            do not ask
          --reason TEXT    why, for the row and the audit
          --json           one JSON object
        \(Connecting.help)

        Exit code 5 when there was nothing to stop because it has ended already, 3 when this token sees no such upload.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(
            words, options: Connecting.options.union(["user", "confirm", "reason"]), flags: ["all", "yes", "json"])
        let scopes = [arguments.positional.isEmpty, arguments.value("user") == nil, !arguments.has("all")].filter { !$0 }.count
        guard scopes == 1 else { throw CommandError("give ids, or --user ID, or --all", .usage) }
        let connecting = try Connecting(arguments)
        let client = connecting.realtime()
        do throws(ClientError) {
            _ = try client.join(ChannelRequest("sluice-stop"))
        } catch {
            throw CommandError(error)
        }
        defer { client.close() }
        let reason = arguments.value("reason").map { JSONValue.string($0) } ?? .null
        if let user = arguments.value("user") {
            let count = try count(of: "stop_user_uploads", ["user_id": .string(user), "reason": reason], client)
            return report(count, scope: "user", arguments)
        }
        if arguments.has("all") { return report(try stopAll(client, arguments), scope: "all", arguments) }
        var stopped: Int64 = 0
        var isKnown = false
        for id in arguments.positional {
            let answer = try call("stop_upload", ["upload_id": .string(id), "reason": reason], client)
            if answer.bool == true {
                stopped += 1
                Terminal.error("stopped \(id)")
            } else if try exists(id, connecting) {
                isKnown = true
                Terminal.error("not active: \(id)")
            } else {
                Terminal.error("no such upload: \(id)")
            }
        }
        let code = report(stopped, scope: "one", arguments)
        return stopped == 0 && !isKnown ? .notFound : code
    }

    /// Whether the token may see such an upload. The id went through the broker's uuid parser before, so it may stand in a path.
    private static func exists(_ id: String, _ connecting: Connecting) throws(CommandError) -> Bool {
        do throws(ClientError) {
            let answer = try HTTPClient(connecting.url).request(
                "GET", "/rest/v1/upload_queue?select=id&id=eq.\(id)", headers: [("Authorization", "Bearer \(connecting.token)")])
            return answer.isSuccess && answer.body != Array("[]".utf8)
        } catch {
            throw CommandError(error)
        }
    }

    private static func stopAll(_ client: RealtimeClient, _ arguments: Arguments) throws(CommandError) -> Int64 {
        if arguments.value("confirm") != nil {
            let confirmed = try arguments.integer("confirm", in: 0...1_000_000_000, default: 0)
            return try count(of: "stop_all_uploads", ["confirm": .int(Int64(confirmed))], client)
        }
        if !arguments.has("yes") {
            guard Terminal.isInputTTY else { throw CommandError("--all needs --yes or --confirm N without a terminal", .usage) }
            Terminal.error("Every active upload will stop. Type 'stop all' to go on:")
            guard readLine() == "stop all" else { throw CommandError("nothing stopped", .interrupted) }
        }
        do throws(ClientError) {
            return try client.call("stop_all_uploads", [:], on: "sluice-stop").result.int64 ?? 0
        } catch {
            // Other roles than service_role must name the count, which the refusal tells.
            guard case .refused(let refusal) = error, refusal.code == "P0001", let count = refusal.details.flatMap(Int64.init) else {
                throw CommandError(error)
            }
            return try self.count(of: "stop_all_uploads", ["confirm": .int(count)], client)
        }
    }

    private static func count(of function: String, _ values: JSONValue, _ client: RealtimeClient) throws(CommandError) -> Int64 {
        try call(function, values, client).int64 ?? 0
    }

    private static func call(_ function: String, _ values: JSONValue, _ client: RealtimeClient) throws(CommandError) -> JSONView {
        do throws(ClientError) {
            return try client.call(function, values, on: "sluice-stop").result
        } catch {
            throw CommandError(error)
        }
    }

    private static func report(_ count: Int64, scope: String, _ arguments: Arguments) -> ExitCode {
        if arguments.has("json") {
            let value: JSONValue = ["scope": .string(scope), "stopped": .int(count)]
            Terminal.output(String(decoding: value.bytes, as: UTF8.self))
        } else {
            Terminal.output("\(count) stopped")
        }
        return count > 0 ? .ok : .conflict
    }
}
