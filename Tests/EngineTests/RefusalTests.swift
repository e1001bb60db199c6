import Access
import Engine
import SQLite
import Store
import Testing

@Suite("Refusals")
struct RefusalTests {
    let bench: Bench
    let service: Writer

    init() throws {
        bench = try Bench()
        service = Writer(bench: bench)
        try bench.apply(
            service.insert("users", ["id": "u1", "email": "a@x", "age": 3]), service.insert("uploads", ["id": "up", "user_id": "u1"]),
            service.insert("users", ["id": "u2"]))
    }

    @Test("constraints are refused in PostgreSQL's words; values are shown to the service only")
    func constraints() throws {
        let outcomes = try bench.apply(
            service.insert("users", ["id": "u1"]), service.insert("users", ["id": "u3", "email": "a@x"]),
            service.insert("users", ["id": "u3", "age": -1]), service.insert("uploads", ["id": "b", "title": .null]),
            service.insert("uploads", ["id": "b", "user_id": "nobody"]), service.delete("users", "u1"),
            service.update("users", "u1", ["age": -5]), service.insert("uploads", ["id": "b", "status": "flying"]))
        #expect(outcomes.map(\.code) == ["23505", "23505", "23514", "23502", "23503", "23503", "23514", "23514"])
        let rejections = outcomes.compactMap(\.rejection)
        #expect(rejections[0].message == "duplicate key value violates unique constraint \"users_pkey\"")
        #expect(rejections[0].details == "Key (id)=(u1) already exists.")
        #expect(rejections[1].message == "duplicate key value violates unique constraint \"users_email_key\"")
        #expect(rejections[1].details == "Key (email)=(a@x) already exists.")
        #expect(rejections[2].message == "new row for relation \"users\" violates check constraint \"users_age_check\"")
        #expect(rejections[2].details == "Failing row contains (u3, null, -1).")
        #expect(rejections[3].message == "null value in column \"title\" of relation \"uploads\" violates not-null constraint")
        #expect(rejections[3].details == "Failing row contains (b, null, null, pending, 0, null, 0, null, null, null).")
        #expect(rejections[4].message == "insert or update on table \"uploads\" violates foreign key constraint \"uploads_user_id_fkey\"")
        #expect(rejections[4].details == "Key (user_id)=(nobody) is not present in table \"users\".")
        #expect(
            rejections[5].message
                == "update or delete on table \"users\" violates foreign key constraint \"uploads_user_id_fkey\" on table \"uploads\"")
        #expect(rejections[5].details == "Key (id)=(u1) is still referenced from table \"uploads\".")
        #expect(rejections[6].details == "Failing row contains (u1, a@x, -5).")
        #expect(rejections[7].message == "new row for relation \"uploads\" violates check constraint \"uploads_status_check\"")
        #expect(bench.changes.count == 3)
    }

    @Test("under row access no refusal shows a value")
    func hiddenDetails() throws {
        let user = Writer(bench: bench, actor: .user("u1"))
        let outcomes = try bench.apply(
            user.update("users", "u1", ["age": -5]), user.insert("uploads", ["id": "up", "user_id": "u1"]),
            user.insert("uploads", ["id": "b", "user_id": "u1", "title": .null]))
        #expect(outcomes.map(\.code) == ["23514", "23505", "23502"])
        #expect(outcomes.allSatisfy { $0.rejection?.details == nil })
        let admin = Writer(bench: bench, actor: Claims(role: .admin, subject: nil))
        let missing = try bench.apply(admin.insert("uploads", ["id": "b", "user_id": "zz"]))[0]
        #expect(missing.rejection?.details == "Key is not present in table \"users\".")
    }

    @Test("a word that is no state is refused where a row would get it, and shown whole to the service only")
    func unknownStates() throws {
        let mine = Writer(bench: bench, actor: .user("u1"))
        let other = Writer(bench: bench, actor: .user("u2"))
        let outcomes = try bench.apply(
            service.insert("uploads", ["id": "b", "status": "flying"]), service.update("uploads", "up", ["status": "flying"]),
            mine.update("uploads", "up", ["status": "flying"]), other.update("uploads", "up", ["status": "flying"]),
            mine.insert("uploads", ["id": "b", "user_id": "u2", "status": "flying"]))
        #expect(outcomes.map(\.code) == ["23514", "23514", "23514", nil, "42501"])
        #expect(outcomes[0].rejection?.details == "Failing row contains (b, null, untitled, flying, 0, null, 0, null, null, null).")
        #expect(outcomes[1].rejection?.details?.hasPrefix("Failing row contains (up, u1, untitled, flying") == true)
        #expect(outcomes[2].rejection?.details == nil)
        #expect(outcomes[3].applied?.affected == 0)
    }

    @Test("a row of defaults is judged like any other")
    func defaults() throws {
        let outcome = try bench.apply(service.insert("parts", [:]))[0]
        #expect(outcome.code == "23502")
        #expect(outcome.rejection?.details == "Failing row contains (null, null, null).")
    }

    @Test("deferred keys are judged at the end of each mutation, with the constraint's name")
    func deferredKeys() throws {
        let outcomes = try bench.apply(
            service.insert("parts", ["id": 1, "upload_id": "nowhere"]), service.insert("parts", ["id": 2, "upload_id": "up"]))
        #expect(outcomes.map(\.code) == ["23503", nil])
        #expect(
            outcomes[0].rejection?.message == "insert or update on table \"parts\" violates foreign key constraint \"parts_upload_id_fkey\""
        )
        #expect(try bench.rows("SELECT id FROM parts") == [[2]])
    }

    @Test("values that are not canonical are refused, whoever wrote them")
    func canonical() throws {
        let outcomes = try bench.apply(
            service.update("uploads", "up", ["finished_at": "yesterday"]), service.update("uploads", "up", ["progress": 3_000_000_000]),
            service.update("uploads", "up", ["progress": "many"]))
        #expect(outcomes.map(\.code) == ["22P02", "22P02", "22P02"])
        #expect(outcomes[0].rejection?.message == "invalid input syntax for type timestamp with time zone: \"yesterday\"")
        #expect(bench.changes.count == 3)
    }

    @Test("who may not name a table is told so; who may name it sees only its own rows")
    func access() throws {
        let mine = Writer(bench: bench, actor: .user("u1"))
        let other = Writer(bench: bench, actor: .user("u2"))
        let viewer = Writer(bench: bench, actor: .viewer)
        let outcomes = try bench.apply(
            mine.insert("secrets", ["id": 1]), other.update("uploads", "up", ["title": "x"]), other.delete("uploads", "up"),
            other.insert("uploads", ["id": "b", "user_id": "u1"]), mine.update("uploads", "up", ["user_id": "u2"]),
            viewer.insert("users", ["id": "v"]), viewer.update("uploads", "up", ["title": "x"]),
            mine.update("uploads", "up", ["title": "mine"], returning: .init(rows: true)), service.insert("secrets", ["id": 1]))
        #expect(outcomes.map(\.code) == ["42501", nil, nil, "42501", "42501", "42501", nil, nil, nil])
        #expect(outcomes.map { $0.applied?.affected } == [nil, 0, 0, nil, nil, nil, 0, 1, 1])
        #expect(outcomes[0].rejection?.message == "permission denied for table secrets")
        #expect(outcomes[3].rejection?.message == "new row violates row-level security policy for table \"uploads\"")
        #expect(outcomes[7].applied?.rows.first?.value(at: 2) == "mine")
        #expect(bench.changes.last?.actor == ChangeActor(role: "authenticated", subject: Array("u1".utf8)))
    }

    @Test("an upsert onto a row that the actor may not change is refused")
    func upsertAccess() throws {
        let other = Writer(bench: bench, actor: .user("u2"))
        let outcome = try bench.apply(
            other.insert("uploads", ["id": "up", "user_id": "u2"], conflict: .merge(columns: [0])))[0]
        #expect(outcome.rejection?.message == "new row violates row-level security policy (USING expression) for table \"uploads\"")
        #expect(try bench.rows("SELECT user_id FROM uploads") == [["u1"]])
    }
}
