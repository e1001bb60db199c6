/// One entry of the tape, 16 bytes: a value or a member's key, in the order of the text.
///
/// A container is followed by its contents; an object's contents alternate key, value. `next` is the index just past the node and all
/// it holds, so siblings are reached without a look at what lies between.
struct JSONNode: Sendable {
    /// As many nodes as the 24 bits of `count` can tell apart.
    static let countLimit = 1 << 24 - 1

    /// Byte range of the value as written, strings with their quotes.
    private(set) var start: UInt32
    private(set) var end: UInt32
    /// Index of the following sibling; while a container is open, the index of the container around it.
    private(set) var next: UInt32
    /// Kind in bits 0–2, flags in bits 3–7, number of elements or members above.
    private var tag: UInt32

    struct Flags: OptionSet {
        let rawValue: UInt32
        /// A string with at least one backslash.
        static let escaped = Flags(rawValue: 1 << 3)
        /// A member's key.
        static let key = Flags(rawValue: 1 << 4)
        /// A key without quotes; its range is its content.
        static let bare = Flags(rawValue: 1 << 5)
        /// A string in apostrophes.
        static let apostrophes = Flags(rawValue: 1 << 6)
        /// The value `true`, or a number without fraction and exponent.
        static let plain = Flags(rawValue: 1 << 7)
    }

    @inline(__always)
    init(_ kind: JSONView.Kind, _ flags: Flags = [], start: Int, end: Int, next: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
        tag = UInt32(kind.rawValue) | flags.rawValue
    }

    var kind: JSONView.Kind {
        switch tag & 7 {
        case 0: .null
        case 1: .bool
        case 2: .number
        case 3: .string
        case 4: .array
        default: .object
        }
    }

    @inline(__always)
    func has(_ flag: Flags) -> Bool { tag & flag.rawValue != 0 }

    /// Elements of an array, members of an object.
    var count: Int { Int(tag >> 8) }

    var range: Range<Int> { Int(start)..<Int(end) }

    /// A string's bytes between its quotes.
    var content: Range<Int> { has(.bare) ? range : Int(start) + 1..<Int(end) - 1 }

    @inline(__always)
    mutating func countOne() { tag &+= 1 << 8 }

    @inline(__always)
    mutating func mark(_ flags: Flags) { tag |= flags.rawValue }

    @inline(__always)
    mutating func close(end: Int, next: Int) {
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
    }
}
