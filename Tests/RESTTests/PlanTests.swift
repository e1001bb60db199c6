import REST
import SQLite
import Store
import Testing

@testable import REST

@Suite("Plans of reads as SQL")
struct PlanTests {
    static let statements: [(ask: String, sql: String, values: [Value])] = [
        ("tags", #"SELECT "tags"."id", "tags"."name" FROM "tags" AS "tags" WHERE (1)"#, []),
        (
            "upload_queue?select=id&status=eq.failed&progress=gt.5&order=progress.desc,id.asc.nullsfirst&limit=3&offset=2",
            #"SELECT "upload_queue"."id" FROM "upload_queue" AS "upload_queue" WHERE (1) AND (("upload_queue"."status" = ?) AND ("upload_queue"."progress" > ?)) ORDER BY "upload_queue"."progress" DESC NULLS FIRST, "upload_queue"."id" ASC NULLS FIRST LIMIT ? OFFSET ?"#,
            [.text("failed"), .integer(5), .integer(3), .integer(2)]
        ),
        (
            "bug_reports?select=id&error_message=ilike.*upload*",
            #"SELECT "bug_reports"."id" FROM "bug_reports" AS "bug_reports" WHERE (1) AND (sluice_ilike(?, "bug_reports"."error_message"))"#,
            [.text("%upload%")]
        ),
        (
            "upload_queue?select=id,profiles!inner(email)",
            #"SELECT "upload_queue"."id", "upload_queue"."user_id" FROM "upload_queue" AS "upload_queue" WHERE (1) AND EXISTS (SELECT 1 FROM "profiles" AS "profiles_1" WHERE "profiles_1"."id" = "upload_queue"."user_id" AND (1))"#,
            []
        ),
    ]

    @Test("bind every value and name every column", arguments: statements)
    func writesSQL(ask: String, sql: String, values: [Value]) throws {
        guard case .read(let plan) = Ask("GET " + ask).plan(), case .table(let read) = plan.source else { throw PlanMismatch() }
        let text = try read.node.rows(read.page)
        #expect(text.text == sql)
        #expect(text.values == values)
    }

    @Test("row access is part of the statement")
    func addsVisibility() throws {
        guard case .read(let plan) = Ask("GET upload_queue?select=id", as: Ask.alice).plan(), case .table(let read) = plan.source else {
            throw PlanMismatch()
        }
        let text = try read.node.rows(read.page)
        #expect(text.text == #"SELECT "upload_queue"."id" FROM "upload_queue" AS "upload_queue" WHERE ("upload_queue"."user_id" = ?)"#)
        #expect(text.values == [.text(Fixture.alice)])
    }
}
