internal import Access
internal import Broker
internal import System

/// `sluice token`: prints a signed JWT for any role.
enum TokenCommand: Command {
    static let name = "token"
    static let summary = "print a signed token for a role"
    static let help = """
        sluice token --role operator --ttl 12h
        sluice token --role authenticated --sub 7c9e6679-7425-40de-944b-e07fc1f90ae7 --claim email=ada@example.com

          --role ROLE      anon, authenticated, viewer, operator, admin, service_role, or a role of your own
          --sub UUID       who the token is for
          --ttl TIME       how long it lives (default 12h): 90s, 30m, 12h, 30d
          --claim KEY=VAL  one more claim; may be repeated
          --data DIR       where jwt.secret lies (default data); SLUICE_JWT_SECRET overrides it
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: ["role", "sub", "ttl", "claim", "data"])
        try arguments.refuseWords()
        guard let role = arguments.value("role"), !role.isEmpty else { throw CommandError("--role is needed", .usage) }
        var claims: [(String, String)] = []
        for pair in arguments.all("claim") {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw CommandError("--claim takes name=value", .usage)
            }
            claims.append((String(pair[..<equals]), String(pair[pair.index(after: equals)...])))
        }
        let now = WallTime.microseconds() / 1_000_000
        let lifetime = try arguments.seconds("ttl", default: 12 * 3600)
        do {
            let secrets = try DataFolder(path: arguments.value("data") ?? "data").secrets()
            Terminal.output(
                secrets.signer.sign(
                    role: Role(rawValue: role), subject: arguments.value("sub"), issuedAt: now, expiresAt: now + Int64(lifetime),
                    claims: claims))
            return .ok
        } catch {
            throw CommandError(local: error)
        }
    }
}
