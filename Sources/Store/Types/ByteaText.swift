/// bytea as text: `\xdeadbeef`, or PostgreSQL's older escape form (`abc\000`) on input.
enum ByteaText {
    static func bytes(_ literal: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        guard literal.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) else { return try escaped(literal) }
        var output: [UInt8] = []
        var high: UInt8?
        for byte in literal.dropFirst(2) where !ASCII.isSpace(byte) {
            guard let digit = ASCII.hexadecimal(byte) else { throw .syntax(.bytea, literal) }
            if let first = high {
                output.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { throw .syntax(.bytea, literal) }
        return output
    }

    private static func escaped(_ literal: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        var output: [UInt8] = []
        var rest = literal
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                continue
            }
            if rest.first == byte {
                output.append(byte)
                rest.removeFirst()
                continue
            }
            let octal = rest.prefix(3)
            guard octal.count == 3, octal.allSatisfy({ $0 &- UInt8(ascii: "0") < 8 }), octal.first ?? 0xff < UInt8(ascii: "4") else {
                throw .syntax(.bytea, literal)
            }
            output.append(octal.reduce(0) { $0 << 3 | ($1 - UInt8(ascii: "0")) })
            rest = rest.dropFirst(3)
        }
        return output
    }

    static func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + 2 * bytes.count)
        for byte in bytes { output.appendHexadecimal(byte) }
    }
}
