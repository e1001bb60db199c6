internal import Broker
internal import Client
internal import System

/// `sluice serve`: the broker itself.
enum ServeCommand: Command {
    static let name = "serve"
    static let summary = "run the broker"
    static let help = """
        sluice serve
        sluice serve --listen 0.0.0.0:3001 --data /var/lib/sluice --set limits.connectionsPerAddress=200
        sluice serve --demo 20

          --config DIR        tables, functions, migrations, sluice.json5 (default config)
          --data DIR          the database, the secret, the keys (default data)
          --listen HOST:PORT  where to listen (default 127.0.0.1:3001); port 0 picks a free one
          --set KEY=VALUE     one setting, over sluice.json5 and the environment; may be repeated
          --log-level LEVEL   trace, debug, info, notice, warning, error, critical (default info)
          --demo N            N fake uploads that really publish, until the broker stops

        Prints `ready http://HOST:PORT` on stderr once it serves. SIGTERM and SIGINT drain: clients are told to come back (1012), what was
        accepted is committed and answered, exit code 0; a second signal exits at once (130). SIGUSR1 logs a summary.
        Exit code 78 for a bad configuration, 1 when the port or the data folder is taken.
        """

    private static let endSignals = [Signals.terminate, Signals.interrupt]

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config", "data", "listen", "set", "log-level", "demo"])
        try arguments.refuseWords()
        let demo = try arguments.integer("demo", in: 0...1000, default: 0)
        let data = arguments.value("data") ?? "data"
        let overrides = try overrides(arguments)
        // Before the first thread, so that every thread inherits the mask and only the waiting one sees signals.
        Signals.ignoreBrokenPipes()
        Signals.block(endSignals + [Signals.user1])
        let broker: Broker
        do {
            broker = try Broker.start(configuration: arguments.value("config") ?? "config", data: data, overrides: overrides)
        } catch {
            throw CommandError(local: error)
        }
        announce(broker, data: data, isDemo: demo > 0)
        let demonstration = demo > 0 ? try demonstrate(broker, uploads: demo) : nil
        while !endSignals.contains(Signals.wait(endSignals + [Signals.user1])) { broker.report() }
        demonstration?.stop()
        exitOnSecondSignal()
        return broker.drain() ? .ok : .failure
    }

    /// `--set`, then the settings that have an option of their own.
    private static func overrides(_ arguments: Arguments) throws(CommandError) -> [String] {
        var overrides = arguments.all("set")
        for word in overrides where !word.contains("=") { throw CommandError("--set takes KEY=VALUE, not '\(word)'", .usage) }
        if let listen = arguments.value("listen") { overrides.append("listen=\(listen)") }
        if let level = arguments.value("log-level") { overrides.append("log.level=\(level)") }
        return overrides
    }

    private static func demonstrate(_ broker: Broker, uploads: Int) throws(CommandError) -> Demonstration {
        do {
            return try Demonstration.start(url: BrokerURL(broker.url), token: broker.serviceToken, uploads: uploads, rate: 2)
        } catch {
            throw CommandError("the demonstration did not start: \(error)")
        }
    }

    private static func exitOnSecondSignal() {
        // Without the thread the drain's own limits end the process.
        _ = try? Thread.start(name: "second-signal") {
            _ = Signals.wait(endSignals)
            Process.exitAtOnce(ExitCode.interrupted.rawValue)
        }
    }

    private static func announce(_ broker: Broker, data: String, isDemo: Bool) {
        Terminal.error("ready \(broker.url)")
        Terminal.error("sign in (once, within an hour): \(broker.signInLink)")
        guard isDemo, StandardError.isTerminal else { return }
        let program = Process.arguments.first ?? "sluice"
        let query = "select=video_title,status,progress&order=updated_at.desc&limit=5"
        Terminal.error(
            """
            try next, in another terminal:
              \(program) sub upload_queue status=eq.uploading --url \(broker.url) --data \(data)
              \(program) stop --all --yes --url \(broker.url) --data \(data)
              curl -s '\(broker.url)/rest/v1/upload_queue?\(query)' -H "apikey: $(cat \(data)/service.key)"
            """)
    }
}
