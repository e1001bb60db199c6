internal import Store

/// The `sluice` command: finds the subcommand, runs it, and turns what it throws into a sentence and an exit code.
enum CommandLineTool {
    static var commands: [any Command.Type] {
        [
        ServeCommand.self, DemoCommand.self, StopCommand.self, SubCommand.self, TokenCommand.self, CheckConfigurationCommand.self,
            MigrateCommand.self, BackupCommand.self, BenchCommand.self, VersionCommand.self,
        ]
    }

    static func run(_ words: [String]) -> ExitCode {
        guard let name = words.first else {
            Terminal.error(overview)
            return .usage
        }
        let rest = Array(words.dropFirst())
        switch name {
        case "help", "-h", "--help":
            guard let topic = rest.first else {
                Terminal.output(overview)
                return .ok
            }
            guard let command = command(named: topic) else { return unknown(topic) }
            Terminal.output(command.help)
            return .ok
        case "--version", "-V": return run(["version"] + rest)
        default: break
        }
        guard let command = command(named: name) else { return unknown(name) }
        if rest.contains("--help") || rest.contains("-h") {
            Terminal.output(command.help)
            return .ok
        }
        do throws(CommandError) {
            return try command.run(rest)
        } catch {
            Terminal.error("sluice \(command.name): \(error.message)")
            if error.code.rawValue == ExitCode.usage.rawValue { Terminal.error("try: sluice help \(command.name)") }
            return error.code
        }
    }

    private static func command(named name: String) -> (any Command.Type)? { commands.first { $0.name == name } }

    private static func unknown(_ name: String) -> ExitCode {
        let near = Suggestion.text(for: name, among: commands.map { $0.name })
        Terminal.error("sluice: unknown command '\(name)'\(near)\ntry: sluice help")
        return .usage
    }

    private static var overview: String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let lines = commands.map { "  \($0.name)\(String(repeating: " ", count: width - $0.name.count))  \($0.summary)" }
        return """
            sluice — tables with live changes over WebSockets, in one file

            \(lines.joined(separator: "\n"))

            sluice help <command> tells more. Client commands take --url (SLUICE_URL) and --token (SLUICE_TOKEN, else data/service.key).
            """
    }
}

/// One subcommand.
protocol Command {
    static var name: String { get }
    /// One line for the overview.
    static var summary: String { get }
    /// Examples first, then every option.
    static var help: String { get }
    static func run(_ words: [String]) throws(CommandError) -> ExitCode
}
