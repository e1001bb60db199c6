import Access
import Engine
import JSON
import REST
import SQLite
import Store
import System

/// A small world: three people, five uploads, videos with transcriptions, bug reports, and some functions.
enum Fixture {
    static let alice = "11111111-1111-4111-8111-111111111111"
    static let bob = "22222222-2222-4222-8222-222222222222"
    static let carol = "33333333-3333-4333-8333-333333333333"

    static func upload(_ number: Int) -> String { "aaaaaaaa-0000-4000-8000-00000000000\(number)" }
    static func video(_ number: Int) -> String { "bbbbbbbb-0000-4000-8000-00000000000\(number)" }

    static let definition = """
        CREATE TABLE profiles (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, first_name TEXT, is_admin INTEGER NOT NULL DEFAULT 0)
          WITHOUT ROWID;
        CREATE TABLE upload_queue (id TEXT PRIMARY KEY, user_id TEXT REFERENCES profiles(id), video_title TEXT, filename TEXT,
          file_size INTEGER, status TEXT, progress INTEGER, upload_speed REAL, cost TEXT, metadata TEXT, is_recorded INTEGER,
          started_at TEXT, tags TEXT, thumbnail BLOB) WITHOUT ROWID;
        CREATE TABLE videos (id TEXT PRIMARY KEY, user_id TEXT REFERENCES profiles(id), title TEXT, metadata TEXT, created_at TEXT) WITHOUT ROWID;
        CREATE TABLE transcription_jobs (id INTEGER PRIMARY KEY, video_id TEXT REFERENCES videos(id), status TEXT, error_message TEXT,
          created_at TEXT);
        CREATE TABLE bug_reports (id INTEGER PRIMARY KEY, error_type TEXT, error_message TEXT, created_at TEXT);
        CREATE TABLE secrets (id INTEGER PRIMARY KEY, word TEXT);
        CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE video_tags (video_id TEXT REFERENCES videos(id), tag_id INTEGER REFERENCES tags(id), PRIMARY KEY (video_id, tag_id))
          WITHOUT ROWID;
        CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES nodes(id), name TEXT);
        CREATE TABLE transfers (id INTEGER PRIMARY KEY, giver_id TEXT REFERENCES profiles(id), taker_id TEXT REFERENCES profiles(id));
        INSERT INTO profiles VALUES ('\(alice)', 'alice@example.org', 'Alice', 0), ('\(bob)', 'bob@example.org', NULL, 0),
          ('\(carol)', 'carol@example.org', 'Carol', 1);
        INSERT INTO upload_queue VALUES
          ('\(upload(1))', '\(alice)', 'Holiday, 1', 'a.mp4', 9007199254740993, 'uploading', 45, 2.5, '2.50',
            '{"isRecorded":true,"device":{"model":"X","os":[1,2]},"size":12}', 1, '2026-01-15T10:00:00.5+00:00', '["a","b c",null]', x'deadbeef'),
          ('\(upload(2))', '\(alice)', '', 'b.mp4', 10, 'completed', 100, NULL, '12.0', '{"uploadFailed":true,"size":7}', 0,
            '2026-01-15T11:00:00+00:00', '[]', NULL),
          ('\(upload(3))', '\(bob)', NULL, 'c.mp4', NULL, 'failed', NULL, 100, '1', '{"uploadFailed":"true"}', NULL,
            '2026-01-15T12:00:00+00:00', NULL, NULL),
          ('\(upload(4))', NULL, 'it''s "q"', 'd.mp4', 4, 'pending', 0, 0.1, NULL, NULL, 0, NULL, '["x"]', NULL),
          ('\(upload(5))', '\(carol)', 'Émile', 'e.mp4', 5, 'stopped', 7, 1e20, '0.5', '{}', 1, '2026-01-16T10:00:00+00:00', NULL, NULL);
        INSERT INTO videos VALUES ('\(video(1))', '\(alice)', 'One', '{"uploadFailed":true}', '2026-01-10T00:00:00+00:00'),
          ('\(video(2))', '\(bob)', 'Two', '{}', '2026-01-11T00:00:00+00:00'), ('\(video(3))', NULL, 'Three', NULL, '2026-01-12T00:00:00+00:00');
        INSERT INTO transcription_jobs VALUES (1, '\(video(1))', 'failed', 'boom', '2026-01-10T00:00:00+00:00'),
          (2, '\(video(1))', 'done', NULL, '2026-01-11T00:00:00+00:00'), (3, '\(video(3))', 'failed', 'x', '2026-01-12T00:00:00+00:00');
        INSERT INTO bug_reports VALUES (1, 'network', 'lost', '2026-01-10T00:00:00+00:00'),
          (2, 'ui', 'Upload button', '2026-01-11T00:00:00+00:00'), (3, 'ui', 'colour', '2026-01-12T00:00:00+00:00');
        INSERT INTO secrets VALUES (1, 'swordfish');
        INSERT INTO tags VALUES (1, 'red'), (2, 'blue');
        INSERT INTO video_tags VALUES ('\(video(1))', 1), ('\(video(1))', 2), ('\(video(2))', 2);
        INSERT INTO nodes VALUES (1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf');
        """

    static let schema: Schema = {
        let everyone: [Role: [Action: AccessRule]] = {
            let all = Dictionary(uniqueKeysWithValues: Action.allCases.map { ($0, AccessRule.all) })
            return [.authenticated: all, .viewer: [.select: .all], .operator: all, .anon: [.select: .all]]
        }()
        var uploads = TablePolicy()
        uploads.access.owner = 1
        uploads.access.rules = [
            .authenticated: [.select: .owner, .insert: .owner, .update: .owner, .delete: .owner], .viewer: [.select: .all],
            .operator: [.select: .all, .update: .all, .delete: .all, .insert: .all],
        ]
        var open = TablePolicy()
        open.access.rules = everyone
        let key = { (columns: [Int], target: String) in
            ForeignKey(name: "", columns: columns, target: target, targetColumns: ["id"])
        }
        return Schema(
            tables: [
                table(
                    1, "profiles", ["id uuid text", "email text", "first_name text", "is_admin boolean integer"], policy: open,
                    uniques: [[1]]),
                table(
                    2, "upload_queue",
                    [
                        "id uuid text", "user_id uuid text", "video_title text", "filename text", "file_size bigint", "status text",
                        "progress integer", "upload_speed numeric real", "cost numeric text", "metadata jsonb text",
                        "is_recorded boolean integer", "started_at timestamptz text", "tags _text text", "thumbnail bytea blob",
                    ], policy: uploads, keys: [key([1], "profiles")]),
                table(
                    3, "videos", ["id uuid text", "user_id uuid text", "title text", "metadata jsonb text", "created_at timestamptz text"],
                    policy: open, keys: [key([1], "profiles")]),
                table(
                    4, "transcription_jobs",
                    ["id integer", "video_id uuid text", "status text", "error_message text", "created_at timestamptz text"], policy: open,
                    keys: [key([1], "videos")]),
                table(
                    5, "bug_reports", ["id integer", "error_type text", "error_message text", "created_at timestamptz text"], policy: open),
                table(6, "secrets", ["id integer", "word text"], policy: nil),
                table(7, "tags", ["id integer", "name text"], policy: open),
                table(
                    8, "video_tags", ["video_id uuid text", "tag_id integer"], policy: open, keys: [key([0], "videos"), key([1], "tags")],
                    primaryKey: [0, 1]),
                table(9, "nodes", ["id integer", "parent_id integer", "name text"], policy: open, keys: [key([1], "nodes")]),
                table(
                    10, "transfers", ["id integer", "giver_id uuid text", "taker_id uuid text"], policy: open,
                    keys: [key([1], "profiles"), key([2], "profiles")]),
            ], functions: functions)
    }()

    private static func table(
        _ id: Int, _ name: String, _ columns: [String], policy: TablePolicy?, keys: [ForeignKey] = [], uniques: [[Int]] = [],
        primaryKey: [Int] = [0]
    ) -> Table {
        let columns = columns.enumerated().map { index, declaration in
            let words = declaration.split(separator: " ", maxSplits: 1)
            let type = ColumnType(declared: String(words[1])) ?? .text
            return Column(index: index, name: String(words[0]), type: type, isNotNull: false, defaultSQL: nil)
        }
        let keys = keys.map {
            ForeignKey(
                name: "\(name)_\(columns[$0.columns[0]].name)_fkey", columns: $0.columns, target: $0.target, targetColumns: $0.targetColumns
            )
        }
        return Table(
            id: id, name: name, columns: columns, primaryKey: primaryKey,
            uniques: uniques.map { UniqueConstraint(name: "\(name)_key", columns: $0, isPrimaryKey: false) }, foreignKeys: keys,
            policy: policy)
    }

    static let functions: [String: Function] = {
        var functions: [String: Function] = [:]
        func add(
            _ name: String, _ parameters: [Function.Parameter], _ result: FunctionResultType, _ statements: [String], readOnly: Bool,
            roles: [Function.Grant], audit: String? = nil
        ) {
            functions[name] = Function(
                name: name, parameters: parameters, result: result, statements: statements, isReadOnly: readOnly, roles: roles,
                audit: audit,
                schedule: nil, leaves: [], description: "")
        }
        let all: [Function.Grant] = [.role(.anon), .role(.authenticated), .role(.operator)]
        add(
            "stop_upload",
            [.init(name: "upload_id", type: .uuid, defaultValue: nil), .init(name: "reason", type: .text, defaultValue: .null)],
            .scalar(.bool), ["UPDATE upload_queue SET status = 'stopped' WHERE id = :upload_id", "SELECT changes() > 0"], readOnly: false,
            roles: [.role(.operator), .owner(table: "upload_queue", parameter: "upload_id")], audit: "stop")
        add("stop_all_uploads", [], .scalar(.int4), ["DELETE FROM upload_queue"], readOnly: false, roles: [.role(.operator)])
        add("stop_some", [], .setOfRows(table: "upload_queue"), ["UPDATE upload_queue SET status = 1"], readOnly: false, roles: all)
        add("forget", [], .void, ["DELETE FROM bug_reports"], readOnly: false, roles: all)
        add("nothing", [], .void, ["SELECT 1"], readOnly: true, roles: all)
        add(
            "add", [.init(name: "a", type: .int4, defaultValue: nil), .init(name: "b", type: .int4, defaultValue: .integer(10))],
            .scalar(.int4), ["SELECT :a + :b"], readOnly: true, roles: all)
        add("active", [], .setOfRows(table: "bug_reports"), ["SELECT * FROM bug_reports ORDER BY id"], readOnly: true, roles: all)
        add("newest", [], .row(table: "bug_reports"), ["SELECT * FROM bug_reports ORDER BY id DESC LIMIT 1"], readOnly: true, roles: all)
        add("names", [], .setOfScalar(.text), ["SELECT name FROM tags ORDER BY id"], readOnly: true, roles: all)
        add(
            "stats", [], .table([.init(name: "type", type: .text), .init(name: "count", type: .int8)]),
            ["SELECT error_type, count(*) FROM bug_reports GROUP BY 1 ORDER BY 1"], readOnly: true, roles: all)
        add(
            "peek", [.init(name: "upload_id", type: .uuid, defaultValue: nil)], .scalar(.text),
            ["SELECT status FROM upload_queue WHERE id = :upload_id"], readOnly: true,
            roles: [.owner(table: "upload_queue", parameter: "upload_id")])
        add(
            "joined", [.init(name: "words", type: .array(of: .text), defaultValue: nil)], .scalar(.array(of: .text)), ["SELECT :words"],
            readOnly: true, roles: all)
        return functions
    }()

    static func service(_ change: (inout RESTConfiguration) -> Void = { _ in }) -> RESTService {
        var configuration = RESTConfiguration(epoch: Epoch(rawValue: "00000000000000e1"))
        change(&configuration)
        return RESTService(schema: schema, configuration: configuration)
    }

}

/// A new file with the fixture's rows; it goes with the value.
final class TemporaryDatabase {
    private let folder = Folder("/tmp/sluice-rest-\(Randomness.uint64())")
    private let writer: Connection
    let reader: Reader

    init() throws {
        try folder.create()
        let path = folder.file("data.db").path
        writer = try Connection(path: path, mode: .readWrite)
        try writer.registerFunctions(FunctionContext())
        try writer.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; BEGIN; \(SystemTables.definition)")
        try writer.execute(Fixture.definition)
        try writer.execute("INSERT INTO sluice_state VALUES ('head', 7); COMMIT")
        reader = try Reader(path: path, schema: Fixture.schema, gate: ReadGate())
    }

    deinit {
        for name in (try? folder.list()) ?? [] { try? folder.file(name).remove() }
        try? folder.remove()
    }
}
