/// `sluice help`: the overview, or what one command does.
enum HelpCommand: Command {
    static let name = "help"
    static let summary = "tell more about a command"
    static let help = """
        sluice help
        sluice help serve

        `sluice <command> --help` is the same.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        guard let topic = words.first else {
            Terminal.output(CommandLineTool.overview)
            return .ok
        }
        guard let command = CommandLineTool.command(named: topic) else { throw CommandLineTool.unknown(topic) }
        Terminal.output(command.help)
        return .ok
    }
}
