internal import JSON
internal import SQLite
internal import Store

/// Walks into the JSON of a cell. A missing key, or a step into the wrong kind, is nil.
enum JSONPath {
    static func value(in root: JSONView, _ steps: [JSONStep]) -> JSONView? {
        var view = root
        for step in steps {
            let next: JSONView?
            switch step.key {
            case .index(let index): next = view.kind == .array ? view[index < 0 ? view.count + index : index] : nil
            case .name(let name): next = member(of: view, named: name)
            }
            guard let next else { return nil }
            view = next
        }
        return view
    }

    private static func member(of view: JSONView, named name: [UInt8]) -> JSONView? {
        var found: JSONView?
        view.forEachMember { key, value in
            if key.equals(utf8: name) { found = value }
        }
        return found
    }

    /// What `->>` makes of a value: a string's content, PostgreSQL's text of anything else; nil for null.
    static func text(of view: JSONView) -> [UInt8]? {
        switch view.kind {
        case .null: return nil
        case .string: return view.utf8
        case .bool, .number: return Array(view.raw)
        case .array, .object:
            var compact: [UInt8] = []
            view.appendCompact(to: &compact)
            var text: [UInt8] = []
            ColumnType.jsonb.appendText(.text(compact), to: &text)
            return text
        }
    }
}
