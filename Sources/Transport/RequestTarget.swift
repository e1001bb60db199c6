/// The path and query of a request line, decoded exactly once.
///
/// This is why requests are parsed here and not by libwebsockets: its parser (4.1.6, `lws_parse_urldecode`) splits the query at `;` as well
/// as at `&`, the path at both, turns `+` into a space in the path, an encoded `=` in a name into `_`, folds `//` and dot segments, and
/// hangs
/// up on `%00`. REST filters live in the query, so nothing of that may happen to them.
struct RequestTarget: Sendable {
    let path: [UInt8]
    let segments: [[UInt8]]
    let query: [HTTPRequest.QueryItem]

    /// `nil` when it is neither a path, a URL nor `*`, holds a control character, a space or a `#`, or has a `%` without two hex digits.
    init?(_ target: ArraySlice<UInt8>) {
        guard !target.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "#") }) else { return nil }
        let origin = Self.originForm(target)
        let split = origin.firstIndex(of: UInt8(ascii: "?"))
        guard let path = Self.decoded(origin[..<(split ?? origin.endIndex)], plusIsSpace: false) else { return nil }
        guard path.first == UInt8(ascii: "/") || path == [UInt8(ascii: "*")] else { return nil }
        self.path = path
        // Split before decoding, so that an encoded slash stays within its segment.
        segments = origin[..<(split ?? origin.endIndex)].split(separator: UInt8(ascii: "/"))
            .compactMap { Self.decoded($0, plusIsSpace: false) }
        var items: [HTTPRequest.QueryItem] = []
        if let split {
            for piece in origin[(split + 1)...].split(separator: UInt8(ascii: "&")) {
                let equals = piece.firstIndex(of: UInt8(ascii: "="))
                let value = equals.map { piece[($0 + 1)...] } ?? []
                guard let name = Self.decoded(piece[..<(equals ?? piece.endIndex)], plusIsSpace: true),
                    let value = Self.decoded(value, plusIsSpace: true)
                else { return nil }
                items.append((name, value, equals != nil))
            }
        }
        query = items
    }

    /// Without `http://authority` in front (RFC 9112 §3.2.2: a server must take the absolute form).
    private static func originForm(_ target: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for scheme in ["http://", "https://"] where target.prefix(scheme.utf8.count).equalsIgnoringCase(scheme) {
            let authority = target.dropFirst(scheme.utf8.count)
            guard let end = authority.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }) else {
                return [UInt8(ascii: "/")]
            }
            return authority[end] == UInt8(ascii: "/") ? authority[end...] : [UInt8(ascii: "/")] + authority[end...]
        }
        return target
    }

    private static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigit, let low = rest.next()?.hexDigit else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
