internal import Access
internal import JSON
internal import Store
internal import System
internal import Telemetry
internal import Transport

/// `POST /admin/v1/backup` with `{"path": "/absolute/file"}`: service_role, from this machine only, since the broker writes the file.
extension LoopGateway {
    func backup(_ request: HTTPRequest, _ exchange: PendingExchange) {
        guard request.method == .post else { return respond(exchange, .postOnly) }
        guard let claims = try? authenticator.claims(of: request, now: seconds) else {
            return respond(exchange, .message(401, "a token of service_role is needed"))
        }
        guard claims.role == .serviceRole, ["127.0.0.1", "::1"].contains(request.remoteAddress) else {
            return respond(exchange, .message(403, "only service_role may do this, from the broker's own machine"))
        }
        guard let path = (try? JSONDocument(parsing: request.body))?.root["path"]?.string, path.hasPrefix("/") else {
            return respond(exchange, .message(400, "expected a JSON object with an absolute path"))
        }
        do throws(SystemError) {
            try copy(to: path, exchange)
        } catch {
            respond(exchange, .message(503, error.description))
        }
    }

    /// A copy may take minutes, so it gets a thread of its own rather than a reader.
    private func copy(to path: String, _ exchange: PendingExchange) throws(SystemError) {
        let (mailbox, database, log) = (mailbox, services.database, services.log)
        _ = try Thread.start(name: "backup") {
            let start = MonotonicTime.nanoseconds()
            do throws(Backup.Failure) {
                try Backup.copy(database, to: path)
                let duration = (MonotonicTime.nanoseconds() - start) / 1_000_000
                log.notice("backup", "the database was copied", [.string("path", path), .int("duration.ms", duration)])
                mailbox.put(.response(exchange, .json(200, ["path": .string(path)])))
            } catch {
                log.warning("backup", "the database was not copied", [.string("path", path), .string("error", "\(error)")])
                mailbox.put(.response(exchange, .message(500, "\(error)")))
            }
        }
    }
}
