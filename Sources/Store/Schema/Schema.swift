/// Everything the broker knows about the tables and functions it serves; read at start, fixed while it runs.
package final class Schema: Sendable {
    package let tables: [Table]
    package let functions: [String: Function]
    private let places: [String: Int]

    package init(tables: [Table], functions: [String: Function]) {
        self.tables = tables
        self.functions = functions
        places = Dictionary(tables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func table(named name: String) -> Table? { places[name].map { tables[$0] } }
}
