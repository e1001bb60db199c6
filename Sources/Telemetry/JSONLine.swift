import JSON

extension [UInt8] {
    /// Appends an entry as a JSON object.
    mutating func appendJSON(_ entry: LogEntry) {
        appendText("{\"ts\":\"")
        CivilTime(entry.time).appendRFC3339(to: &self)
        appendText("\",\"level\":\"")
        appendText(entry.level.name)
        appendText("\",\"msg\":")
        appendJSONString(entry.message)
        appendText(",\"component\":")
        appendJSONString(entry.component)
        for field in entry.fields {
            append(UInt8(ascii: ","))
            appendJSONString(field.key)
            append(UInt8(ascii: ":"))
            switch field.value {
            case .string(let text): appendJSONString(text)
            case .int(let number): appendDecimal(number)
            case .double(let number): appendJSONNumber(number)
            case .bool(let flag): appendText(flag ? "true" : "false")
            }
        }
        append(UInt8(ascii: "}"))
    }
}
