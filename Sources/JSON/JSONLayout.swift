/// Lays out JSON for people.
enum JSONLayout {
    /// `json`, which must be valid and without white space outside strings, on several lines with two spaces per level.
    static func pretty(_ json: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(json.count * 2)
        var level = 0
        var isInString = false
        var isEscaped = false
        var previous: UInt8 = 0
        func breakLine() {
            output.append(ASCII.lineFeed)
            output.append(contentsOf: repeatElement(ASCII.space, count: level * 2))
        }
        for byte in json {
            if isInString {
                isInString = isEscaped || byte != ASCII.quote
                isEscaped = !isEscaped && byte == ASCII.backslash
                output.append(byte)
                previous = byte
                continue
            }
            let isClosing = byte == ASCII.closeBrace || byte == ASCII.closeBracket
            let isAfterOpening = previous == ASCII.openBrace || previous == ASCII.openBracket
            if isClosing {
                level -= 1
                if !isAfterOpening { breakLine() }
            } else if isAfterOpening || previous == ASCII.comma {
                breakLine()
            }
            output.append(byte)
            previous = byte
            switch byte {
            case ASCII.quote: isInString = true
            case ASCII.openBrace, ASCII.openBracket: level += 1
            case ASCII.colon: output.append(ASCII.space)
            default: break
            }
        }
        return output
    }
}
