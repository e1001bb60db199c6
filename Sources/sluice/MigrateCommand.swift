internal import Broker

/// `sluice migrate`: applies new migrations to a data folder at rest.
enum MigrateCommand: Command {
    static let name = "migrate"
    static let summary = "apply new migrations without serving"
    static let help = """
        sluice migrate
        sluice migrate --config /etc/sluice --data /var/lib/sluice

          --config DIR       the configuration (default config)
          --data DIR         the database (default data)

        A running broker holds its data folder: restart it, it applies new migrations at start.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: ["config", "data"])
        try arguments.refuseWords()
        do {
            let folder = DataFolder(path: arguments.value("data") ?? "data")
            let applied = try folder.migrate(configuration: arguments.value("config") ?? "config")
            for name in applied { Terminal.output("applied \(name)") }
            if applied.isEmpty { Terminal.output("nothing to apply") }
            return .ok
        } catch {
            throw CommandError(local: error)
        }
    }
}
