extension [UInt8] {
    /// Appends the shortest text that reads back as `value`, in the form of PostgreSQL's float8: `100`, `0.1`, `1e+20`, `1e-07`.
    ///
    /// Not-a-number and the infinities, which JSON lacks, become the strings PostgreSQL makes of them.
    /// Source: postgres src/common/d2s.c, `to_chars`: plain for exponents -4…14, otherwise scientific with at least two exponent digits.
    package mutating func appendJSONNumber(_ value: Double) {
        guard value.isFinite else {
            appendText(value.isNaN ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"")
            return
        }
        // Below 10^15 an integer has at most 15 digits: plain form, and exact.
        if value.magnitude < 1e15, value != 0, Double(Int64(value)) == value {
            appendDecimal(Int64(value))
            return
        }
        if value.sign == .minus { append(ASCII.minus) }
        let decimal = ShortestDecimal(value.magnitude)
        if -4..<15 ~= decimal.exponent {
            appendPlain(decimal)
        } else {
            appendScientific(decimal)
        }
    }

    private mutating func appendPlain(_ decimal: ShortestDecimal) {
        let digits = decimal.digits
        guard decimal.exponent >= 0 else {
            appendText("0.")
            append(contentsOf: repeatElement(ASCII.zero, count: -decimal.exponent - 1))
            append(contentsOf: digits)
            return
        }
        let integral = decimal.exponent + 1
        append(contentsOf: digits.prefix(integral))
        append(contentsOf: repeatElement(ASCII.zero, count: Swift.max(0, integral - digits.count)))
        guard digits.count > integral else { return }
        append(ASCII.dot)
        append(contentsOf: digits.dropFirst(integral))
    }

    private mutating func appendScientific(_ decimal: ShortestDecimal) {
        append(contentsOf: decimal.digits.prefix(1))
        if decimal.digits.count > 1 {
            append(ASCII.dot)
            append(contentsOf: decimal.digits.dropFirst())
        }
        append(ASCII.e)
        append(decimal.exponent < 0 ? ASCII.minus : ASCII.plus)
        if decimal.exponent.magnitude < 10 { append(ASCII.zero) }
        appendDecimal(Int64(decimal.exponent.magnitude))
    }
}

/// d.ddd × 10^exponent with as few digits as tell the double from its neighbours.
private struct ShortestDecimal {
    /// ASCII, no leading and no trailing zero, except for zero itself.
    var digits: [UInt8] = []
    var exponent = 0

    /// - Parameter value: finite and not negative.
    init(_ value: Double) {
        // The standard library prints the shortest digits, as 12.5, 1e-07 or 1.5e+20; only the layout differs.
        var written = 0
        var isAfterDot = false
        var exponentSign = 0
        digits.reserveCapacity(17)
        for byte in value.description.utf8 {
            switch byte {
            case ASCII.dot: isAfterDot = true
            case ASCII.e: exponentSign = 1
            case ASCII.minus: exponentSign = -1
            case ASCII.plus: break
            case _ where exponentSign != 0: written = written * 10 + Int(byte &- ASCII.zero)
            default:
                if !isAfterDot { exponent += 1 }
                if !digits.isEmpty || byte != ASCII.zero {
                    digits.append(byte)
                } else {
                    exponent -= 1
                }
            }
        }
        exponent += exponentSign * written - 1
        while digits.last == ASCII.zero { digits.removeLast() }
        if digits.isEmpty {
            digits = [ASCII.zero]
            exponent = 0
        }
    }
}
