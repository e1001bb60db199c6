import CCrypto

/// Comparison whose duration does not depend on the first difference, for signatures and keys.
package enum ConstantTime {
    /// Whether two byte strings are equal; their lengths are not secret.
    package static func equals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        guard !left.isEmpty else { return true }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }
}
