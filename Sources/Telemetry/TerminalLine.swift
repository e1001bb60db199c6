import JSON

extension [UInt8] {
    /// Appends an entry for a person: `14:02:17 INFO  stop requested id=9f3c`.
    mutating func appendTerminal(_ entry: LogEntry, _ time: CivilTime, colors: Bool) {
        time.appendTimeOfDay(to: &self)
        append(UInt8(ascii: " "))
        appendColored(entry.level.label, colors ? entry.level.color : nil)
        append(UInt8(ascii: " "))
        appendPrintable(entry.message)
        for field in entry.fields {
            append(UInt8(ascii: " "))
            var key: [UInt8] = []
            key.appendPrintable(field.key)
            key.append(UInt8(ascii: "="))
            appendColored(String(decoding: key, as: UTF8.self), colors ? LogLevel.debug.color : nil)
            switch field.value {
            case .string(let text): appendWord(text)
            case .int(let number): appendDecimal(number)
            case .double(let number): appendJSONNumber(number)
            case .bool(let flag): appendText(flag ? "true" : "false")
            }
        }
    }

    /// Appends text between an ANSI colour and the return to none.
    private mutating func appendColored(_ text: String, _ color: String?) {
        guard let color else { return appendText(text) }
        appendText("\u{1b}[\(color)m\(text)\u{1b}[0m")
    }

    /// Appends a value, in quotes when one could not see where it ends.
    private mutating func appendWord(_ text: String) {
        let isBare = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "=" && $0 != "\\" }
        if isBare { return appendPrintable(text) }
        append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { append(UInt8(ascii: "\\")) }
            appendPrintable(scalar)
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func appendPrintable(_ text: String) {
        for scalar in text.unicodeScalars { appendPrintable(scalar) }
    }

    /// Appends a character, of what steers terminals or breaks lines its number.
    private mutating func appendPrintable(_ scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        // Controls, format characters such as those that turn the writing direction, line and paragraph separators.
        case .control, .format, .lineSeparator, .paragraphSeparator:
            appendText(scalar == "\n" ? "\\n" : scalar == "\r" ? "\\r" : scalar == "\t" ? "\\t" : "\\u{\(String(scalar.value, radix: 16))}")
        default:
            appendText(String(scalar))
        }
    }
}
