internal import JSON

/// `application/x-www-form-urlencoded` as one JSON object whose values are strings; of a repeated name the last one counts.
enum FormBody {
    static func json(_ body: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [UInt8(ascii: "{")]
        for item in QueryItem.items(of: body) {
            if output.count > 1 { output.append(UInt8(ascii: ",")) }
            output.appendJSONString(item.name)
            output.append(UInt8(ascii: ":"))
            output.appendJSONString(item.value)
        }
        output.append(UInt8(ascii: "}"))
        return output
    }
}
