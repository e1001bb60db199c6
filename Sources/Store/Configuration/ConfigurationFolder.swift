import System

/// A file of the configuration, already read.
package struct ConfigurationFile: Hashable, Sendable {
    /// Relative to the configuration's folder: `tables/upload_queue.json5`.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    package init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

    /// The name without folder and ending.
    package var stem: String {
        let last = name.split(separator: "/").last ?? ""
        return String(last.prefix { $0 != "." })
    }
}

/// What the store reads of `config/`: migrations, tables and functions, each by name.
package struct ConfigurationFolder: Hashable, Sendable {
    /// In the order of their names, which is the order they are applied in.
    package let migrations: [ConfigurationFile]
    package let tables: [ConfigurationFile]
    package let functions: [ConfigurationFile]

    package init(migrations: [ConfigurationFile], tables: [ConfigurationFile] = [], functions: [ConfigurationFile] = []) {
        self.migrations = migrations.sorted { $0.name < $1.name }
        self.tables = tables.sorted { $0.name < $1.name }
        self.functions = functions.sorted { $0.name < $1.name }
    }

    /// Reads `migrations/*.sql`, `tables/*.json5` and `functions/*.sql`, each at most 1 MiB; a folder that is missing is empty.
    package init(reading path: String) throws(ConfigurationError) {
        self.init(
            migrations: try Self.files(of: "migrations", ending: ".sql", in: path),
            tables: try Self.files(of: "tables", ending: ".json5", in: path),
            functions: try Self.files(of: "functions", ending: ".sql", in: path))
    }

    private static let byteLimit = 1 << 20

    private static func files(of name: String, ending: String, in path: String) throws(ConfigurationError) -> [ConfigurationFile] {
        let folder = Folder(path).folder(name)
        guard folder.exists else { return [] }
        do throws(SystemError) {
            var files: [ConfigurationFile] = []
            for entry in try folder.list().sorted() where entry.hasSuffix(ending) && !entry.hasPrefix(".") {
                files.append(ConfigurationFile(name: "\(name)/\(entry)", bytes: try folder.file(entry).read(limit: byteLimit)))
            }
            return files
        } catch {
            throw ConfigurationError(file: name, message: error.description)
        }
    }
}
