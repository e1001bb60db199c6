import JSON

/// A token cut into its parts and decoded; nothing in it has been believed yet.
///
/// Source: RFC 7515 §7.1; supabase/realtime lib/realtime_web/channels/user_socket.ex for the white space.
struct CompactToken {
    /// Header and payload as sent, with the dot between them: what the signature covers.
    let signed: ArraySlice<UInt8>
    let signature: [UInt8]
    let algorithm: String
    let kid: String?
    /// A JSON object.
    let payload: JSONDocument

    init(_ sent: [UInt8]) throws(TokenError) {
        guard sent.count <= TokenVerifier.byteLimit else { throw .tooLarge }
        let token = sent.filter { !Self.isSpace($0) }
        guard !token.isEmpty else { throw .empty }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .parts(parts.count) }

        signed = token[..<parts[1].endIndex]
        payload = try Self.object(parts[1])
        let header = try Self.object(parts[0]).root
        guard let signature = Base64URL.decode(parts[2]) else { throw .notAToken }
        self.signature = signature

        guard !header.hasRepeatedKeys else { throw .repeatedKeys }
        // RFC 7515 §4.1.11: we understand no extension, so a token that insists on one is not for us.
        guard header["crit"] == nil else { throw .notAToken }
        guard let algorithm = header["alg"]?.string else { throw .unsupportedAlgorithm }
        self.algorithm = algorithm
        switch header["kid"] {
        case let kid? where !kid.isNull:
            guard let text = kid.string else { throw .notAToken }
            self.kid = text
        default: kid = nil
        }
    }

    private static func object(_ part: ArraySlice<UInt8>) throws(TokenError) -> JSONDocument {
        guard let bytes = Base64URL.decode(part), let document = try? JSONDocument(parsing: bytes), document.root.kind == .object else {
            throw .notAToken
        }
        return document
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }
}
