package import JSON

/// What a verified token says of its bearer. Immutable; one is shared by a connection's channels and mutations.
package final class Claims: Sendable {
    /// Not necessarily a known one.
    package let role: Role
    /// `sub` as UTF-8, in lower case when it is a uuid; nil when absent or null.
    package let subject: [UInt8]?
    /// Unix seconds; `Int64.max` for actors inside the broker.
    package let expiresAt: Int64
    /// The whole claims object; `role` is always in it.
    package let json: JSONDocument

    /// - Parameter json: the claims object; nil makes one of role and subject.
    package init(role: Role, subject: [UInt8]?, expiresAt: Int64 = .max, json: JSONDocument? = nil) {
        self.role = role
        self.subject = subject.map(Self.canonical)
        self.expiresAt = expiresAt
        self.json = json ?? Self.object(role: role, subject: self.subject)
    }

    /// The broker's own schedules and tools.
    package static let service = Claims(role: .serviceRole, subject: nil)

    /// A request without a token.
    package static func anonymous() -> Claims { Claims(role: .anon, subject: nil) }

    /// A claim that is a string, such as `email`.
    package func text(_ name: String) -> String? { json.root[name]?.string }

    private static func object(role: Role, subject: [UInt8]?) -> JSONDocument {
        var members = [JSONValue.Member("role", .string(role.rawValue))]
        if let subject { members.append(.init("sub", .string(String(decoding: subject, as: UTF8.self)))) }
        do {
            return try JSONDocument(parsing: JSONValue.object(members).bytes)
        } catch {
            preconditionFailure("two strings make a JSON object: \(error)")
        }
    }

    /// A uuid in lower case, anything else untouched.
    private static func canonical(_ subject: [UInt8]) -> [UInt8] {
        guard subject.count == 36 else { return subject }
        var lowered = subject
        for (index, byte) in subject.enumerated() {
            switch byte {
            case UInt8(ascii: "-"):
                guard index == 8 || index == 13 || index == 18 || index == 23 else { return subject }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): break
            case UInt8(ascii: "A")...UInt8(ascii: "F"): lowered[index] = byte | 0x20
            default: return subject
            }
        }
        return lowered
    }
}

extension Claims: Hashable {
    /// The same bearer with the same claims, written in the same bytes.
    package static func == (left: Claims, right: Claims) -> Bool {
        left === right || (left.role == right.role && left.subject == right.subject && left.json.bytes == right.json.bytes)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(role)
        hasher.combine(subject)
    }
}
