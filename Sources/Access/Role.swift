/// What a token's bearer may be: a word, since a token may carry one this broker does not know.
package struct Role: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    /// An app's key without a user.
    package static let anon = Role(rawValue: "anon")
    /// A signed-in user; `sub` says which.
    package static let authenticated = Role(rawValue: "authenticated")
    /// Sees all, changes nothing.
    package static let viewer = Role(rawValue: "viewer")
    /// Stops and retries.
    package static let `operator` = Role(rawValue: "operator")
    /// Also deletes, clears, cleans up and reads by SQL.
    package static let admin = Role(rawValue: "admin")
    /// A trusted server; passes every row rule.
    package static let serviceRole = Role(rawValue: "service_role")

    /// Whoever names another role is refused by the one who was asked (42501, 22023).
    package static let known: [Role] = [.anon, .authenticated, .viewer, .operator, .admin, .serviceRole]
}
