package import JSON
package import SQLite
import System

extension ColumnType {
    /// The canonical value of a payload's cell, as `json_populate_record` has it: a string is read as the type's literal, other JSON by
    /// its text, null is NULL for every type; arrays take JSON arrays and array literals.
    /// - Parameter now: the clock behind `now` and `today`, microseconds since 1970; read only when a literal says so.
    package func parse(json: JSONView, now: @autoclosure () -> Int64 = WallTime.microseconds()) throws(TypeError) -> Value {
        if json.isNull { return .null }
        switch self {
        case .jsonb:
            var output: [UInt8] = []
            try CanonicalJSON.append(json, to: &output)
            return .text(output)
        // As written; wire documents are parsed strictly, so that this is JSON.
        case .json: return .text(Array(json.raw))
        case .array(let element) where json.kind == .array:
            var elements: [ArraySlice<UInt8>?] = []
            json.forEachElement { elements.append($0.isNull ? nil : Self.literal($0)) }
            return .text(try Self.arrayText(elements, of: element, now: now))
        case .int2, .int4, .int8:
            // The common cell of a progress update: no copy of its text.
            if let number = json.int64, isInRange(number) { return .integer(number) }
            return try parse(Self.literal(json), now: now)
        default: return try parse(Self.literal(json), now: now)
        }
    }

    private static func literal(_ json: JSONView) -> ArraySlice<UInt8> {
        switch json.kind {
        case .string: return (json.utf8 ?? [])[...]
        case .array, .object:
            var text: [UInt8] = []
            json.appendCompact(to: &text)
            return text[...]
        default: return json.raw
        }
    }

    /// The JSON text of an array's elements, each in canonical form.
    static func arrayText(_ elements: [ArraySlice<UInt8>?], of element: ColumnType, now: () -> Int64) throws(TypeError) -> [UInt8] {
        var output = [UInt8(ascii: "[")]
        var isFirst = true
        for literal in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            if let literal {
                element.appendJSON(try element.parse(literal, now: now), to: &output)
            } else {
                output.appendText("null")
            }
        }
        output.append(UInt8(ascii: "]"))
        return output
    }

    func isInRange(_ number: Int64) -> Bool {
        switch self {
        case .bool: 0...1 ~= number
        case .int2: Int64(Int16.min)...Int64(Int16.max) ~= number
        case .int4: Int64(Int32.min)...Int64(Int32.max) ~= number
        default: true
        }
    }
}
