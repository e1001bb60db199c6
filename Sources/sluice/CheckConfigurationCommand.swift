internal import Broker

/// `sluice checkconfig`: reads a configuration as `serve` would, on an empty database in memory.
enum CheckConfigurationCommand: Command {
    static let name = "checkconfig"
    static let summary = "check a configuration without starting"
    static let help = """
        sluice checkconfig
        sluice checkconfig --config /etc/sluice

          --config DIR       the configuration (default config)
          --set KEY=VALUE    as for serve

        Exit code 0 when it is good; 78 with file:line:column when it is not.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config", "set"])
        try arguments.refuseWords()
        do {
            let report = try ConfigurationCheck.run(configuration: arguments.value("config") ?? "config", overrides: arguments.all("set"))
            Terminal.output("good: \(report.tables) tables, \(report.functions) functions, \(report.migrations) migrations")
            return .ok
        } catch {
            throw CommandError(local: error)
        }
    }
}
