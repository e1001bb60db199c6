/// Why a text is not a JSON document, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Lower case, without a final period.
    package let message: String
    /// Byte offset of the offending byte, or the document's length when it ends too early.
    package let offset: Int
    /// From 1.
    package let line: Int
    /// From 1, in characters of UTF-8 (code points), not bytes.
    package let column: Int

    package init(message: String, offset: Int, line: Int, column: Int) {
        self.message = message
        self.offset = offset
        self.line = line
        self.column = column
    }

    package var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONError {
    /// An error at a byte offset of `text`; line and column are counted here, off the hot path.
    @inline(never)
    init(_ message: String, at offset: Int, of text: Span<UInt8>) {
        let position = JSONPosition(of: offset, in: text)
        self.init(message: message, offset: offset, line: position.line, column: position.column)
    }
}

/// A place in a text for people: both numbers from 1.
struct JSONPosition {
    private(set) var line = 1
    private(set) var column = 1

    init(of offset: Int, in text: Span<UInt8>) {
        for index in 0..<min(offset, text.count) {
            let byte = text[index]
            if byte == ASCII.lineFeed {
                line += 1
                column = 1
            } else if !ASCII.isContinuation(byte) {
                column += 1
            }
        }
    }
}
