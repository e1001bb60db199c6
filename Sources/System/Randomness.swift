import Glibc

/// Random bytes of the kernel, fit for secrets. Any thread. Source: getentropy(3).
package enum Randomness {
    package static func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                // 256 bytes are what one call gives at most.
                let chunk = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...].prefix(256))
                let code = unsafe getentropy(chunk.baseAddress, chunk.count)
                precondition(code == 0, "the kernel has no randomness")
                filled += chunk.count
            }
        }
    }

    package static func uint64() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return generator.next()
    }

    /// A version 4 UUID in its 36 characters, lower case. Source: RFC 9562 §5.4.
    package static func uuid() -> [UInt8] {
        var random = bytes(16)
        random[6] = random[6] & 0x0f | 0x40
        random[8] = random[8] & 0x3f | 0x80
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in random.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(hexadecimal(byte >> 4))
            text.append(hexadecimal(byte & 15))
        }
        return text
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
