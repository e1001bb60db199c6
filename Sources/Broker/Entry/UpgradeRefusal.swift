internal import JSON
internal import Transport

/// Why a handshake is answered with something else than 101.
struct UpgradeRefusal: Error, Hashable {
    let status: Int
    /// `error` of the JSON body; nil sends an empty one.
    let message: String?

    static let origin = UpgradeRefusal(status: 403, message: "this origin is not allowed")
    static let path = UpgradeRefusal(status: 404, message: "there is no socket at this path")
    /// Upstream says nothing either.
    static let version = UpgradeRefusal(status: 403, message: nil)
    static let noKey = UpgradeRefusal(status: 401, message: "API key is missing")
    static let tooMany = UpgradeRefusal(status: 429, message: "Too many connected users")
    static let draining = UpgradeRefusal(status: 503, message: "Realtime is restarting, please standby")

    /// - Parameter headers: of cross-origin requests.
    func response(adding headers: [(String, String)]) -> HTTPResponse {
        guard let message else { return HTTPResponse(status: status, headers: headers) }
        return .json(status, ["error": .string(message)], headers: headers)
    }
}
