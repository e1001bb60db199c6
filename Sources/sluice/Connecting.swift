internal import Client
internal import System

/// Where a client command finds its broker and with which token: flag over environment over default.
struct Connecting {
    static let options: Set<String> = ["url", "token", "data"]
    static let help = """
          --url URL        the broker (SLUICE_URL, default http://127.0.0.1:3001)
          --token TOKEN    who is asking (SLUICE_TOKEN, else the service key in --data)
          --data DIR       where service.key lies (default data)
        """

    let url: BrokerURL
    let token: String

    init(_ arguments: Arguments) throws(CommandError) {
        let text = arguments.value("url") ?? Environment.value(of: "SLUICE_URL") ?? "http://127.0.0.1:3001"
        do throws(BrokerURLError) {
            url = try BrokerURL(text)
        } catch {
            throw CommandError("\(error)", .usage)
        }
        if let given = arguments.value("token") ?? Environment.value(of: "SLUICE_TOKEN") {
            token = given
        } else {
            let file = File("\(arguments.value("data") ?? "data")/service.key")
            do throws(SystemError) {
                token = String(decoding: try file.read(limit: 8192).filter { $0 > 0x20 }, as: UTF8.self)
            } catch {
                throw CommandError("no token: give --token or SLUICE_TOKEN (\(error))", .refused)
            }
        }
    }

    func realtime() -> RealtimeClient { RealtimeClient(url, apikey: token) }
}

extension CommandError {
    init(_ error: ClientError) {
        let code: ExitCode =
            switch error {
            case .unreachable, .connectionLost: .unreachable
            case .timedOut: .timedOut
            case .upgradeRefused(let status, _) where status == 401 || status == 403: .refused
            case .refused(let refusal): ExitCode(refusal)
            case .invalidRequest: .usage
            default: .failure
            }
        self.init("\(error)", code)
    }
}

extension ExitCode {
    /// A refusal's SQLSTATE as an exit code.
    init(_ refusal: Refusal) {
        switch refusal.code {
        case "42501", "InvalidJWTToken", "JwtSignatureError", "MalformedJWT": self = .refused
        case "22P02", "PGRST202", "PGRST204", "PGRST205", "42703": self = .usage
        default: self = .failure
        }
    }
}
