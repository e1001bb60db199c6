import Access
import SQLite
import Testing

@testable import Store

@Suite("Row access") struct VisibilityTests {
    private static let user = "00000000-0000-4000-8000-00000000000a"

    private static func table(_ policy: TablePolicy?) -> Table {
        Table(
            id: 1, name: "t",
            columns: [
                Column(index: 0, name: "id", type: .int4, isNotNull: true, defaultSQL: nil),
                Column(index: 1, name: "owner", type: .uuid, isNotNull: false, defaultSQL: nil),
            ], primaryKey: [0], policy: policy)
    }

    private static var policy: TablePolicy {
        var policy = TablePolicy()
        policy.access.owner = 1
        policy.access.rules = [
            .authenticated: [.select: .owner, .insert: .owner, .update: .unowned], .viewer: [.select: .all],
            .admin: [.select: .all, .delete: .all],
        ]
        return policy
    }

    private static let isOwn = Predicate.compare(column: 1, .equal, .text(user))

    @Test(
        "is what the table's file says",
        arguments: [
            (Role.anon, user, Action.select, .never), (.authenticated, user, .select, isOwn),
            (.authenticated, user.uppercased(), .select, isOwn),
            (.authenticated, user, .insert, isOwn), (.authenticated, user, .update, .isNull(column: 1)),
            (.authenticated, user, .delete, .never),
            (.authenticated, nil, .select, .never), (.authenticated, "not a uuid", .select, .never), (.viewer, nil, .select, .always),
            (.viewer, nil, .update, .never), (.operator, nil, .select, .never), (.admin, nil, .delete, .always),
            (.admin, nil, .insert, .never),
            (.serviceRole, nil, .delete, .always), (Role(rawValue: "stranger"), user, .select, .never),
        ] as [(Role, String?, Action, Predicate)])
    func rules(role: Role, subject: String?, action: Action, expected: Predicate) {
        let claims = Claims(role: role, subject: subject.map { Array($0.utf8) })
        #expect(Self.table(Self.policy).visibility(of: action, to: claims) == expected)
    }

    @Test("of a table without a file is the trusted server's alone", arguments: Role.known)
    func withoutFile(role: Role) {
        for action in Action.allCases {
            #expect(
                Self.table(nil).visibility(of: action, to: Claims(role: role, subject: nil)) == (role == .serviceRole ? .always : .never))
        }
    }

    @Test("judges rows") func judgesRows() {
        let table = Self.table(Self.policy)
        let visible = table.visibility(of: .select, to: Claims(role: .authenticated, subject: Array(Self.user.utf8)))
        #expect(visible.matches(Row([.integer(1), .text(Self.user)]), in: table) == true)
        #expect(visible.matches(Row([.integer(1), .text("00000000-0000-4000-8000-00000000000b")]), in: table) == false)
        #expect(visible.matches(Row([.integer(1), .null]), in: table) == nil)
    }
}
