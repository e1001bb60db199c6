/// The header fields of one request: ranges into the bytes they came in, turned into text only when asked for.
struct HTTPFields: Sendable {
    private let bytes: [UInt8]
    private var entries: [(name: Range<Int>, value: Range<Int>)] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(_ pairs: [(String, String)]) {
        var bytes: [UInt8] = []
        for (name, value) in pairs {
            let start = bytes.count
            bytes += Array(name.utf8)
            let middle = bytes.count
            bytes += Array(value.utf8)
            entries.append((start..<middle, middle..<bytes.count))
        }
        self.bytes = bytes
    }

    var count: Int { entries.count }

    mutating func append(name: Range<Int>, value: Range<Int>) {
        entries.append((name, value))
    }

    /// Each value of the field, in order, with surrounding whitespace removed.
    func values(_ name: String) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        for entry in entries where matches(entry.name, name) {
            found.append(bytes[entry.value])
        }
        return found
    }

    func value(_ name: String) -> String? {
        var text: String?
        for entry in entries where matches(entry.name, name) {
            let value = String(decoding: bytes[entry.value], as: UTF8.self)
            text = if let before = text { before + ", " + value } else { value }
        }
        return text
    }

    /// Whether a comma-separated field holds `token`, whatever the case of either.
    func contains(_ name: String, token: String) -> Bool {
        values(name).contains { value in
            value.split(separator: UInt8(ascii: ",")).contains { $0.trimmingBlanks().equalsIgnoringCase(token) }
        }
    }

    private func matches(_ range: Range<Int>, _ name: String) -> Bool {
        range.count == name.utf8.count && bytes[range].equalsIgnoringCase(name)
    }
}

extension ArraySlice<UInt8> {
    /// ASCII letters compare without case; every other byte as it is.
    func equalsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && zip(self, text.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// Without spaces and tabs at either end (RFC 9110 §5.6.3, OWS).
    func trimmingBlanks() -> ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }
}

extension UInt8 {
    fileprivate var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
