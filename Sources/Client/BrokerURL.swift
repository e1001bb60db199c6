/// Where a broker answers: host, port and the path in front of its own, as in `http://127.0.0.1:3001` or `ws://[::1]:3001/sluice`.
package struct BrokerURL: Hashable, Sendable, CustomStringConvertible {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    package let host: String
    package let port: UInt16
    /// Empty, or a path that begins and does not end with a slash.
    package let path: String

    /// - Throws: `BrokerURLError`, which says what to change.
    package init(_ text: String) throws(BrokerURLError) {
        guard let schemeEnd = text.firstRange(of: "://") else { throw .noScheme }
        switch text[..<schemeEnd.lowerBound].lowercased() {
        case "http", "ws": break
        case "https", "wss": throw .tls
        case let scheme: throw .scheme(scheme)
        }
        let rest = text[schemeEnd.upperBound...]
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw .query }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw .userInfo }
        (host, port) = try Self.split(authority)
        path = try Self.trimmed(rest[authority.endIndex...])
    }

    /// Host and port as the `Host` header has them.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 80 ? name : "\(name):\(port)"
    }

    package var description: String { "http://\(authority)\(path)" }

    private static func split(_ authority: Substring) throws(BrokerURLError) -> (String, UInt16) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw .host }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            guard host.contains(":"), host.utf8.allSatisfy(isInAddress) else { throw .host }
            return (String(host), try port(authority[authority.index(after: end)...]))
        }
        let host = authority.prefix { $0 != ":" }
        guard !host.isEmpty, host.utf8.allSatisfy(isInName) else { throw .host }
        return (String(host), try port(authority[host.endIndex...]))
    }

    /// - Parameter text: empty, or a colon and a number.
    private static func port(_ text: Substring) throws(BrokerURLError) -> UInt16 {
        guard !text.isEmpty else { return 80 }
        let digits = text.dropFirst()
        guard text.first == ":", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits), port > 0 else {
            throw .port(String(digits))
        }
        return port
    }

    private static func trimmed(_ path: Substring) throws(BrokerURLError) -> String {
        guard path.utf8.allSatisfy({ 0x21..<0x7f ~= $0 }) else { throw .path }
        var path = path
        while path.last == "/" { path.removeLast() }
        return String(path)
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }

    /// A zone may follow the address, as in `fe80::1%eth0`.
    private static func isInAddress(_ byte: UInt8) -> Bool {
        isInName(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "%")
    }
}
