import JSON

/// A frame as a client reads it.
struct ServerMessage: Equatable {
    let isBinary: Bool
    let payload: [UInt8]

    static func all(in bytes: ArraySlice<UInt8>) -> [ServerMessage] {
        var messages: [ServerMessage] = []
        var rest = bytes
        while let first = rest.popFirst(), let short = rest.popFirst() {
            var length = Int(short)
            if short >= 126 {
                let size = short == 126 ? 2 : 8
                length = rest.prefix(size).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(size)
            }
            messages.append(ServerMessage(isBinary: first & 0x0f == 2, payload: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return messages
    }

    var text: String { String(decoding: payload, as: UTF8.self) }

    /// Event and payload of either framing.
    var event: (name: String, payload: JSONView)? {
        guard !isBinary, let root = try? JSONDocument(parsing: payload).root else { return nil }
        let name = root.kind == .array ? root[3] : root["event"]
        let body = root.kind == .array ? root[4] : root["payload"]
        guard let name = name?.string, let body else { return nil }
        return (name, body)
    }

    /// The sequence of a row change, nil for other messages.
    var sequence: Int64? {
        guard let event, event.name == "postgres_changes" else { return nil }
        return event.payload["data"]?["sequence"]?.int64
    }
}
