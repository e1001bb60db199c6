internal import JSON

/// `text/csv` with a header line, as a JSON array of objects whose values are strings; the word NULL is null.
enum CSVBody {
    static func json(_ body: [UInt8]) throws(RequestError) -> [UInt8] {
        let records = records(of: body)
        guard let header = records.first else { throw .invalidJSON }
        var output: [UInt8] = [UInt8(ascii: "[")]
        for record in records.dropFirst() {
            guard record.count == header.count else { throw .body("All lines must have same number of fields") }
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            for (index, name) in header.enumerated() {
                output.append(UInt8(ascii: index == 0 ? "{" : ","))
                output.appendJSONString(name)
                output.append(UInt8(ascii: ":"))
                if record[index].elementsEqual("NULL".utf8) { output.appendText("null") } else { output.appendJSONString(record[index]) }
            }
            output.append(UInt8(ascii: "}"))
        }
        output.append(UInt8(ascii: "]"))
        return output
    }

    /// Source: RFC 4180; lines may end with LF alone, and quotes that do not close run to the end.
    private static func records(of body: [UInt8]) -> [[[UInt8]]] {
        var records: [[[UInt8]]] = []
        var record: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var isFresh = true
        func endRecord() {
            record.append(field)
            records.append(record)
            record = []
            field = []
            isFresh = true
        }
        var at = 0
        while at < body.count {
            let byte = body[at]
            at += 1
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if at < body.count, body[at] == byte {
                    field.append(byte)
                    at += 1
                } else {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case UInt8(ascii: ","):
                record.append(field)
                field = []
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"):
                if !isFresh { endRecord() }
                continue
            default: field.append(byte)
            }
            isFresh = false
        }
        if !isFresh { endRecord() }
        return records
    }
}
