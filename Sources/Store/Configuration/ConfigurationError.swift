/// Why the broker does not start with this configuration, and where it says so.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Relative to the configuration's folder.
    package let file: String
    /// From 1; 0 when the whole file is meant.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
    package let message: String

    package init(file: String, line: Int = 0, column: Int = 0, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// An error at a byte of a file's text.
    init(_ message: String, at offset: Int, in file: ConfigurationFile) {
        var line = 1
        var column = 1
        for byte in file.bytes.prefix(max(0, offset)) {
            if byte == 0x0a {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        self.init(file: file.name, line: line, column: column, message: message)
    }

    package var description: String { line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)" }
}
