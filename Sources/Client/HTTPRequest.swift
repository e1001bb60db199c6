/// The bytes of a request.
enum HTTPRequest {
    /// - Parameter body: nil leaves the length out, as GET has it.
    /// - Throws: `ClientError.invalidRequest` for what would break out of its line.
    static func bytes(
        _ method: String, _ target: String, to url: BrokerURL, headers: [(String, String)], body: [UInt8]? = nil
    ) throws(ClientError) -> [UInt8] {
        guard isToken(method) else { throw .invalidRequest("method \(method) is not a word") }
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy({ 0x21..<0x7f ~= $0 }) else {
            throw .invalidRequest("a path begins with a slash and holds only printable ASCII")
        }
        var bytes = Array("\(method) \(url.path)\(target) HTTP/1.1\r\nHost: \(url.authority)\r\n".utf8)
        for (name, value) in headers {
            guard isToken(name), value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
                throw .invalidRequest("header \(name) cannot be sent")
            }
            bytes += Array("\(name): \(value)\r\n".utf8)
        }
        if let body { bytes += Array("Content-Length: \(body.count)\r\n".utf8) }
        bytes += Array("\r\n".utf8)
        if let body { bytes += body }
        return bytes
    }

    /// Source: RFC 9110 §5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                0x30...0x39 ~= $0 || ($0 | 0x20) &- 0x61 < 26 || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }
}
