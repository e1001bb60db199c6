/// The framing that a client asked for with `vsn`. Source: supabase/realtime lib/realtime_web/channels/user_socket.ex, phoenix
/// lib/phoenix/socket/serializers, supabase/realtime lib/realtime_web/socket/v2_serializer.ex.
package enum ProtocolVersion: Int, Hashable, Sendable {
    /// One JSON object per text frame.
    case one = 1
    /// JSON arrays of five, and binary broadcasts.
    case two = 2

    /// The version that the query's `vsn` names; absent means 1.0.0. Nil for any other: the upgrade is refused with 403 and an empty body.
    ///
    /// As `~> 1.0.0` and `~> 2.0.0` have it, the patch number is free.
    package init?(query vsn: String?) {
        guard let vsn else {
            self = .one
            return
        }
        let numbers = vsn.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers[1] == "0", Self.isNumber(numbers[2]) else { return nil }
        switch numbers[0] {
        case "1": self = .one
        case "2": self = .two
        default: return nil
        }
    }

    private static func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && (text.count == 1 || text.first != "0")
    }
}
