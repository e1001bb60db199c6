/// A parsed JSON text: its bytes and a flat tape of what they mean. Immutable; shared freely between threads.
///
/// Nothing is decoded until asked for, so number text stays as written.
package final class JSONDocument: Sendable {
    package let bytes: [UInt8]
    let nodes: [JSONNode]
    let isRelaxed: Bool

    /// Parses one value with white space around it, exactly as RFC 8259 says.
    ///
    /// UTF-8 is validated, a byte order mark and lone surrogate escapes are refused, repeated keys are kept.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .wire) throws(JSONError) {
        var parser = JSONParser(limits: limits, isRelaxed: false)
        try parser.parse(bytes.span)
        self.bytes = bytes
        nodes = parser.nodes
        isRelaxed = parser.isRelaxed
    }

    /// Parses a file written by people: RFC 8259 and also `//` and `/* */` comments, trailing commas, unquoted identifiers as keys and
    /// strings in apostrophes.
    package init(parsingRelaxed bytes: [UInt8], limits: JSONLimits = .config) throws(JSONError) {
        var parser = JSONParser(limits: limits, isRelaxed: true)
        try parser.parse(bytes.span)
        self.bytes = bytes
        nodes = parser.nodes
        isRelaxed = parser.isRelaxed
    }

    package var root: JSONView { JSONView(document: self, index: 0) }
}
