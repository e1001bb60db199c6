import JSON
package import SQLite
import System

extension ColumnType {
    /// The canonical value of a literal by PostgreSQL's input rules: from a filter, a GET argument, CSV, an element of an array.
    /// - Parameter now: the clock behind `now` and `today`, microseconds since 1970; read only when a literal says so.
    package func parse(
        text: [UInt8], now: @autoclosure () -> Int64 = WallTime.microseconds()
    ) throws(TypeError) -> Value {
        try parse(text[...], now: now)
    }

    func parse(_ text: ArraySlice<UInt8>, now: () -> Int64) throws(TypeError) -> Value {
        switch self {
        case .text, .varchar: .text(try Self.checkedText(text))
        case .uuid: .text(try parseUUID(text))
        case .bool: .integer(try parseBool(text) ? 1 : 0)
        case .int2: .integer(try parseInteger(text, Int64(Int16.min)...Int64(Int16.max)))
        case .int4: .integer(try parseInteger(text, Int64(Int32.min)...Int64(Int32.max)))
        case .int8: .integer(try parseInteger(text, Int64.min...Int64.max))
        case .float4, .float8, .numeric(isText: false): .real(try parseReal(text))
        case .numeric(isText: true): .text(try parseNumeric(text))
        case .timestamptz, .timestamp, .date, .time: .text(try parseTime(text, now: now))
        case .json, .jsonb: .text(try parseJSONText(text))
        case .bytea: .blob(try ByteaText.bytes(text))
        case .array(let element):
            .text(try Self.arrayText(try ArrayLiteral.elements(text).map { $0.map { $0[...] } }, of: element, now: now))
        }
    }

    static func checkedText(_ text: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        let bytes = Array(text)
        guard (try? UTF8Span(validating: bytes.span)) != nil else { throw .encoding }
        guard !bytes.contains(0) else { throw .zeroByte }
        return bytes
    }

    private func parseUUID(_ text: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(36)
        guard UUIDText.appendCanonical(text, to: &output) else { throw .syntax(self, text) }
        return output
    }

    /// Any beginning of the words that tells them apart. Source: postgres src/backend/utils/adt/bool.c, `parse_bool_with_len`.
    private func parseBool(_ text: ArraySlice<UInt8>) throws(TypeError) -> Bool {
        switch String(decoding: ASCII.trimmed(text).prefix(6), as: UTF8.self).lowercased() {
        case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1": true
        case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0": false
        default: throw .syntax(self, text)
        }
    }

    private func parseInteger(_ text: ArraySlice<UInt8>, _ range: ClosedRange<Int64>) throws(TypeError) -> Int64 {
        var digits = ASCII.trimmed(text)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard !digits.isEmpty, digits.allSatisfy(ASCII.isDigit) else { throw .syntax(self, text) }
        var value: Int64 = 0
        for byte in digits {
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (shifted, overflows) = value.multipliedReportingOverflow(by: 10)
            let (next, overflowsToo) = isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            if overflows || overflowsToo { throw .range(self, ASCII.trimmed(text)) }
            value = next
        }
        guard range.contains(value) else { throw .range(self, ASCII.trimmed(text)) }
        return value
    }

    /// NaN is refused: SQLite would store it as NULL. Zero loses its sign, which SQLite does not keep either.
    private func parseReal(_ text: ArraySlice<UInt8>) throws(TypeError) -> Double {
        let trimmed = ASCII.trimmed(text)
        let word = String(decoding: trimmed.prefix(400), as: UTF8.self)
        // Swift's own reader also takes hexadecimal.
        let isHexadecimal = word.utf8.contains { $0 | 0x20 == UInt8(ascii: "x") || $0 | 0x20 == UInt8(ascii: "p") }
        guard trimmed.count <= 400, let first = trimmed.first, !isHexadecimal else { throw .syntax(self, text) }
        if ASCII.isLetter(first) || trimmed.dropFirst().first.map({ ASCII.isLetter($0) }) == true && !ASCII.isDigit(first) {
            switch word.lowercased() {
            case "inf", "infinity", "+inf", "+infinity": return .infinity
            case "-inf", "-infinity": return -.infinity
            default: throw .syntax(self, text)
            }
        }
        guard let value = Double(word) else { throw .syntax(self, text) }
        let rounded = self == .float4 ? Double(Float(value)) : value
        let isZero = !trimmed.prefix { $0 | 0x20 != UInt8(ascii: "e") }.contains { 1...9 ~= $0 &- UInt8(ascii: "0") }
        guard rounded.isFinite, rounded != 0 || isZero else { throw .range(self, trimmed) }
        return rounded == 0 ? 0 : rounded
    }

    private func parseNumeric(_ text: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        var output: [UInt8] = []
        do throws(Decimal.Failure) {
            try Decimal.appendCanonical(text, to: &output)
        } catch {
            switch error {
            case .syntax: throw .syntax(self, text)
            case .range: throw .range(self, text)
            }
        }
        return output
    }

    private func parseTime(_ text: ArraySlice<UInt8>, now: () -> Int64) throws(TypeError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(32)
        if self != .time, let word = Self.infinity(ASCII.trimmed(text)) { return Array(word.utf8) }
        var reader = TimestampReader(text)
        do throws(TimestampReader.Failure) {
            switch self {
            case .timestamptz: Timestamp.append(try reader.instant(now: now()), to: &output)
            case .timestamp: Timestamp.appendLocal(try reader.local(now: now()), to: &output)
            case .date:
                let day = Timestamp.split(try reader.local(now: now())).day
                Timestamp.appendDate(CivilDate(dayNumber: day), to: &output)
            default: Timestamp.appendTime(try reader.timeOfDay(now: now()), to: &output)
            }
        } catch {
            switch error {
            case .syntax: throw .syntax(self, text)
            case .range: throw .range(self, text)
            }
        }
        return output
    }

    private static func infinity(_ text: ArraySlice<UInt8>) -> String? {
        guard 8...9 ~= text.count else { return nil }
        let word = String(decoding: text, as: UTF8.self).lowercased()
        return word == "infinity" || word == "-infinity" ? word : nil
    }

    private func parseJSONText(_ text: ArraySlice<UInt8>) throws(TypeError) -> [UInt8] {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: Array(text))
        } catch {
            throw .json(self, Self.complaint(error, about: text))
        }
        guard self == .jsonb else { return document.bytes }
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        try CanonicalJSON.append(document.root, to: &output)
        return output
    }

    /// PostgreSQL names the token it stumbled over.
    private static func complaint(_ error: JSONError, about text: ArraySlice<UInt8>) -> String {
        let rest = text.dropFirst(error.offset)
        guard let first = rest.first else { return "The input string ended unexpectedly." }
        let word = rest.prefix(64).prefix(while: ASCII.isWord)
        return "Token \"\(word.isEmpty ? String(decoding: [first], as: UTF8.self) : String(decoding: word, as: UTF8.self))\" is invalid."
    }
}
