/// Escapes of a string whose syntax the parser has already checked.
enum JSONEscape {
    /// The UTF-16 unit of the `\uXXXX` at `start`; nil when it is not one.
    static func unit(_ text: Span<UInt8>, at start: Int) -> UInt32? {
        guard start + 6 <= text.count else { return nil }
        var unit: UInt32 = 0
        for index in start + 2..<start + 6 {
            guard let digit = ASCII.hexadecimal(text[index]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// Appends what `bytes[content]` stands for.
    static func append(_ bytes: [UInt8], _ content: Range<Int>, to output: inout [UInt8]) {
        var run = content.lowerBound
        var at = run
        while at < content.upperBound {
            guard bytes[at] == ASCII.backslash else {
                at += 1
                continue
            }
            output.append(contentsOf: bytes[run..<at])
            at = appendOne(bytes, at, to: &output)
            run = at
        }
        output.append(contentsOf: bytes[run..<content.upperBound])
    }

    /// Appends what the escape at `start` stands for; returns what follows.
    private static func appendOne(_ bytes: [UInt8], _ start: Int, to output: inout [UInt8]) -> Int {
        switch bytes[start + 1] {
        case ASCII.b: output.append(0x08)
        case ASCII.f: output.append(0x0c)
        case ASCII.n: output.append(ASCII.lineFeed)
        case ASCII.r: output.append(ASCII.carriageReturn)
        case ASCII.t: output.append(ASCII.tab)
        case ASCII.u: return appendUnicode(bytes, start, to: &output)
        case let itself: output.append(itself)
        }
        return start + 2
    }

    private static func appendUnicode(_ bytes: [UInt8], _ start: Int, to output: inout [UInt8]) -> Int {
        let first = unit(bytes.span, at: start) ?? 0xfffd
        guard first & 0xf800 == 0xd800, let second = unit(bytes.span, at: start + 6) else {
            appendScalar(first, to: &output)
            return start + 6
        }
        appendScalar(0x10000 + (first & 0x3ff) << 10 + second & 0x3ff, to: &output)
        return start + 12
    }

    private static func appendScalar(_ value: UInt32, to output: inout [UInt8]) {
        output.append(contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{fffd}") ?? UTF8.encodedReplacementCharacter)
    }
}
