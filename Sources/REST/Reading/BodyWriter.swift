internal import JSON
internal import SQLite
internal import Store

/// Writes rows as a reply's body, one after the other.
struct BodyWriter {
    /// Appends the embed of a number for the row being written.
    typealias EmbedWriter = (_ number: Int, _ mode: EmbedMode, _ output: inout [UInt8]) throws(RequestError) -> Void

    enum EmbedMode {
        /// An object, null or an array.
        case value
        /// The members of a to-one embed without its braces.
        case members
    }

    let media: MediaType
    let shape: Shape
    private let byteLimit: Int
    private var bytes: [UInt8] = []
    private(set) var count = 0

    init(_ media: MediaType, shape: Shape, byteLimit: Int) {
        self.media = media
        self.shape = shape
        self.byteLimit = byteLimit
        if media == .csv { bytes.appendText(shape.members.map(\.name).joined(separator: ",")) }
    }

    mutating func append(_ row: Row, embed: EmbedWriter) throws(RequestError) {
        if media == .csv {
            bytes.append(UInt8(ascii: "\n"))
            try shape.appendCSV(row, to: &bytes, embed: embed)
        } else {
            bytes.append(UInt8(ascii: count == 0 ? "[" : ","))
            try shape.appendObject(row, to: &bytes, embed: embed)
        }
        count += 1
        guard bytes.count <= byteLimit else { throw .tooLarge(byteLimit: byteLimit) }
    }

    /// The whole body.
    /// - Throws: PGRST116 when an object was asked for and there is not exactly one row.
    mutating func finish() throws(RequestError) -> [UInt8] {
        switch media {
        case .csv: return bytes
        case .object:
            guard count == 1 else { throw .notSingular(count) }
            bytes.removeFirst()
        case .json, .array: bytes.appendText(count == 0 ? "[]" : "]")
        }
        return media.stripsNulls ? NullStripper.strip(bytes) : bytes
    }
}

extension Shape {
    func appendObject(_ row: Row, to output: inout [UInt8], embed: BodyWriter.EmbedWriter) throws(RequestError) {
        output.append(UInt8(ascii: "{"))
        try appendMembers(row, to: &output, embed: embed)
        output.append(UInt8(ascii: "}"))
    }

    /// Appends `"name":value,…` without braces.
    func appendMembers(_ row: Row, to output: inout [UInt8], embed: BodyWriter.EmbedWriter) throws(RequestError) {
        var isFirst = true
        for member in members {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            switch member.source {
            case .cell(let cell):
                output.appendKey(member.name)
                try cell.appendJSON(row, to: &output)
            case .embed(let number):
                output.appendKey(member.name)
                try embed(number, .value, &output)
            case .spread(let number):
                let start = output.count
                try embed(number, .members, &output)
                // A spread of nothing leaves no comma behind.
                if output.count == start, !isFirst { output.removeLast() }
                if output.count == start { continue }
            }
            isFirst = false
        }
    }

    /// Appends one line: fields between commas, null as nothing, quoted where need be.
    func appendCSV(_ row: Row, to output: inout [UInt8], embed: BodyWriter.EmbedWriter) throws(RequestError) {
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            var text: [UInt8] = []
            let hasValue: Bool
            switch member.source {
            case .cell(let cell): hasValue = try cell.appendText(row, to: &text)
            case .embed(let number):
                try embed(number, .value, &text)
                hasValue = !text.elementsEqual("null".utf8)
            case .spread: throw .notImplemented("a spread in CSV")
            }
            if hasValue { output.appendCSVField(text) }
        }
    }
}

extension [UInt8] {
    mutating func appendKey(_ name: String) {
        appendJSONString(name)
        append(UInt8(ascii: ":"))
    }

    /// Appends a value as PostgreSQL prints composite rows, which is what this CSV is made of: quotes and backslashes doubled.
    mutating func appendCSVField(_ text: [UInt8]) {
        guard text.isEmpty || text.contains(where: Self.needsQuotes) else { return append(contentsOf: text) }
        append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(byte) }
            append(byte)
        }
        append(UInt8(ascii: "\""))
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), 0x09...0x0d, UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""),
            UInt8(ascii: "\\"):
            true
        default: false
        }
    }
}
