internal import Store
internal import System

/// The `sluice` command: finds the subcommand, runs it, and turns what it throws into a sentence and an exit code.
enum CommandLineTool {
    static var commands: [any Command.Type] {
        [
            ServeCommand.self, DemoCommand.self, StopCommand.self, SubCommand.self, TokenCommand.self, CheckConfigurationCommand.self,
            MigrateCommand.self, BackupCommand.self, BenchCommand.self, VersionCommand.self, HelpCommand.self,
        ]
    }

    static func run(_ words: [String]) -> ExitCode {
        var rest = words[...]
        guard let first = rest.popFirst() else {
            Terminal.error(overview)
            return .usage
        }
        let name = ["-h": "help", "--help": "help", "-V": "version", "--version": "version"][first] ?? first
        // Databases, backups and keys are made by several commands; none is anybody else's to read.
        Process.keepFilesPrivate()
        do throws(CommandError) {
            guard let command = command(named: name) else { throw unknown(name) }
            if rest.contains("--help") || rest.contains("-h") {
                Terminal.output(command.help)
                return .ok
            }
            return try command.run(Array(rest))
        } catch {
            Terminal.error("sluice \(name): \(error.message)")
            if error.code == .usage { Terminal.error("try: sluice help\(command(named: name) == nil ? "" : " " + name)") }
            return error.code
        }
    }

    static func command(named name: String) -> (any Command.Type)? { commands.first { $0.name == name } }

    static func unknown(_ name: String) -> CommandError {
        CommandError("there is no such command\(Suggestion.text(for: name, among: commands.map { $0.name }))", .usage)
    }

    static var overview: String {
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
