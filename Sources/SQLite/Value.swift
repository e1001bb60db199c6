/// A value as SQLite stores it. Text is UTF-8 bytes, compared bytewise as SQLite's BINARY collation does.
package enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
    case blob([UInt8])

    package static func text(_ string: String) -> Value { .text(Array(string.utf8)) }

    package var isNull: Bool { self == .null }

    package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The bytes of a text value.
    package var utf8: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }

    /// The text as a string, for messages and identifiers.
    package var string: String? { utf8.map { String(decoding: $0, as: UTF8.self) } }

    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a.bitPattern == b.bitPattern
        case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let value): hasher.combine(value)
        case .real(let value): hasher.combine(value.bitPattern)
        case .text(let bytes), .blob(let bytes): hasher.combine(bytes)
        }
    }
}
