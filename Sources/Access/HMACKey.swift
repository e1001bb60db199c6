import CCrypto

/// A secret shared by those who sign tokens and those who check them.
struct HMACKey: Sendable {
    /// RFC 7518 §3.2 asks for a key no shorter than the hash; SHA-256's length is asked for with all three.
    static let minimumByteCount = 32

    private let secret: [UInt8]

    init(secret: [UInt8]) throws(KeyError) {
        guard secret.count >= Self.minimumByteCount else { throw .secretTooShort(byteCount: secret.count) }
        self.secret = secret
    }

    /// HMAC (RFC 2104) of `message`: 32, 48 or 64 bytes.
    func code(of message: ArraySlice<UInt8>, with algorithm: TokenAlgorithm) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { output, count in
            let done = unsafe secret.withUnsafeBytes { key in
                unsafe message.withUnsafeBufferPointer { message in
                    unsafe EVP_Q_mac(
                        nil, "HMAC", nil, algorithm.hashName, nil,
                        key.baseAddress, key.count, message.baseAddress, message.count,
                        output.baseAddress, output.count, &count)
                }
            }
            precondition(unsafe done != nil, "libcrypto lacks HMAC with \(algorithm.hashName)")
        }
    }

    func verifies(_ signature: [UInt8], of message: ArraySlice<UInt8>, with algorithm: TokenAlgorithm) -> Bool {
        ConstantTime.equals(code(of: message, with: algorithm), signature)
    }
}
