extension ColumnType {
    /// The type that a column's declaration names: `integer`, `uuid text`, `_text text`, `numeric real`. Nil for any other.
    ///
    /// The first word is PostgreSQL's name of the type, the second one SQLite's storage class; the second may be missing where
    /// SQLite derives it from the first. Case does not matter.
    package init?(declared: String) {
        var words = declared.lowercased().split(separator: " ").map(String.init)
        if words.starts(with: ["double", "precision"]) { words.replaceSubrange(0..<2, with: ["float8"]) }
        guard let name = words.first, words.count <= 2 else { return nil }
        let storage = words.count == 2 ? words[1] : nil
        guard let type = Self.named(name, storage: storage) else { return nil }
        if let storage {
            guard type.storage.rawValue == storage else { return nil }
        } else {
            guard type.isStoredWithoutAWord else { return nil }
        }
        self = type
    }

    private static func named(_ name: String, storage: String?) -> ColumnType? {
        if name.hasPrefix("_") {
            guard let element = named(String(name.dropFirst()), storage: nil), element.canBeElement else { return nil }
            return .array(of: element)
        }
        return names[name] ?? (name == "numeric" || name == "decimal" ? .numeric(isText: storage != "real") : nil)
    }

    /// Arrays of arrays and of bytea have no canonical JSON text.
    private var canBeElement: Bool {
        switch self {
        case .array, .bytea: false
        default: true
        }
    }

    /// The type of a word in a function's signature: as in a declaration, without the storage class; also `text[]`.
    package init?(parameter name: String) {
        let word = name.lowercased()
        if word.hasSuffix("[]") {
            guard let element = Self.named(String(word.dropLast(2)), storage: nil), element.canBeElement else { return nil }
            self = .array(of: element)
        } else {
            guard let type = Self.named(word, storage: nil) else { return nil }
            self = type
        }
    }

    private var isStoredWithoutAWord: Bool {
        switch self {
        case .text, .varchar, .int2, .int4, .int8, .float4, .float8: true
        default: false
        }
    }

    private static let names: [String: ColumnType] = [
        "text": .text, "varchar": .varchar, "uuid": .uuid, "bool": .bool, "boolean": .bool, "int2": .int2, "smallint": .int2,
        "int": .int4, "int4": .int4, "integer": .int4, "int8": .int8, "bigint": .int8, "float4": .float4, "real": .float4,
        "float8": .float8, "json": .json, "jsonb": .jsonb, "timestamp": .timestamp, "timestamptz": .timestamptz, "date": .date,
        "time": .time, "bytea": .bytea,
    ]
}
