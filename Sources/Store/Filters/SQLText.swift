package import SQLite

/// SQL text that grows together with the values of its `?` parameters.
package struct SQLText: Sendable {
    package var text: String
    package var values: [Value]

    package init(_ text: String = "", values: [Value] = []) {
        self.text = text
        self.values = values
    }

    package mutating func append(_ sql: String) { text += sql }

    /// Appends a parameter with its value.
    package mutating func bind(_ value: Value) {
        text += "?"
        values.append(value)
    }

    /// Appends a name in double quotes, whatever stands in it.
    package mutating func append(identifier: String) { text += Self.quoted(identifier) }

    package static func quoted(_ identifier: String) -> String {
        var quoted = "\""
        for character in identifier.unicodeScalars {
            if character == "\"" { quoted += "\"" }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }

    /// Gives the values to a statement's parameters, from `first` on.
    package func bindValues(to statement: Statement, from first: Int = 1) throws(SQLiteError) {
        for (index, value) in values.enumerated() { try statement.bind(value, at: first + index) }
    }
}
