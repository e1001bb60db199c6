/// Text straight into a buffer of bytes.
extension [UInt8] {
    /// Appends the UTF-8 of a string. A literal is copied without being made into anything first.
    package mutating func appendText(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends an integer in decimal.
    package mutating func appendDecimal(_ value: Int64) {
        if value < 0 { append(ASCII.minus) }
        var rest = value.magnitude
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        repeat {
            first -= 1
            digits[first] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        append(addingCapacity: 20 - first) { output in
            for index in first..<20 { output.append(digits[index]) }
        }
    }
}
