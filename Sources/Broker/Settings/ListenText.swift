/// `HOST:PORT` with IPv6 hosts in brackets; a bare port listens on 127.0.0.1.
struct ListenText: Hashable {
    /// Without brackets.
    let host: String
    /// 0 picks a free one.
    let port: UInt16

    init(_ text: String) throws(SettingMismatch) {
        let colon = text.lastIndex(of: ":")
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        let host = colon.map { text[..<$0] } ?? "127.0.0.1"
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
            let bare = Self.withoutBrackets(host)
        else { throw SettingMismatch(expected: "HOST:PORT such as 127.0.0.1:3001 or [::1]:3001") }
        self.host = bare
        self.port = port
    }

    /// Nil for a host that is empty, or has a colon and no brackets.
    private static func withoutBrackets(_ host: Substring) -> String? {
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        let bare = isBracketed ? host.dropFirst().dropLast() : host
        return bare.isEmpty || (!isBracketed && bare.contains(":")) ? nil : String(bare)
    }
}
