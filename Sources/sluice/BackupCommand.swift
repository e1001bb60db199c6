internal import Broker
internal import Client
internal import JSON
internal import System

/// `sluice backup`: a checked copy of the database, from a running broker or from a data folder at rest.
enum BackupCommand: Command {
    static let name = "backup"
    static let summary = "copy the database, checked, while the broker runs"
    static let help = """
        sluice backup /var/backups/sluice-monday.db

        A running broker makes the copy (its token must be service_role); when none holds the data folder, this command does.
        The file must not exist yet; it appears whole, checked and synced.

        \(Connecting.help)
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: Connecting.options)
        guard arguments.positional.count == 1, let target = arguments.positional.first else { throw CommandError("which file?", .usage) }
        let path = target.hasPrefix("/") ? target : "\(Process.currentFolder.path)/\(target)"
        let folder = DataFolder(path: arguments.value("data") ?? "data")
        do {
            if try folder.copyAtRest(to: path) {
                Terminal.output(path)
                return .ok
            }
        } catch {
            throw CommandError(local: error)
        }
        let connecting = try Connecting(arguments)
        let body: JSONValue = ["path": .string(path)]
        let headers = [("Authorization", "Bearer \(connecting.token)"), ("Content-Type", "application/json")]
        let answer: HTTPAnswer
        do throws(ClientError) {
            answer = try HTTPClient(connecting.url, timeout: .seconds(3600)).request(
                "POST", "/admin/v1/backup", headers: headers, body: body.bytes)
        } catch {
            throw CommandError(error)
        }
        guard answer.isSuccess else {
            let message = (try? JSONDocument(parsing: answer.body))?.root["message"]?.string ?? "status \(answer.status)"
            throw CommandError(message, answer.status == 401 || answer.status == 403 ? .refused : .failure)
        }
        Terminal.output(path)
        return .ok
    }
}
