import CCrypto

/// Fixed-size fingerprints of bytes, from libcrypto (FIPS 180-4).
package enum Digest {
    /// The 32 bytes of SHA-256.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(of: bytes, count: 32, EVP_sha256())
    }

    /// The 20 bytes of SHA-1: for the WebSocket handshake, which guards against mistakes and not against people. Source: RFC 6455 §4.2.2.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(of: bytes, count: 20, EVP_sha1())
    }

    private static func digest(of bytes: [UInt8], count: Int, _ kind: OpaquePointer?) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
            let done = unsafe bytes.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, output.baseAddress, nil, kind, nil)
            }
            precondition(done == 1, "libcrypto lacks a digest of \(count) bytes")
            filled = count
        }
    }
}
