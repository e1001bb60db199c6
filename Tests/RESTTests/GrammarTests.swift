import Testing

@testable import REST

@Suite("The grammar of the query string")
struct GrammarTests {
    private static func name(_ text: String) -> JSONStep { JSONStep(key: .name(Array(text.utf8)), isText: false) }
    private static func text(_ text: String) -> JSONStep { JSONStep(key: .name(Array(text.utf8)), isText: true) }
    private static func index(_ index: Int) -> JSONStep { JSONStep(key: .index(index), isText: false) }
    private static func column(_ name: String, _ path: [JSONStep] = [], alias: String? = nil, cast: String? = nil) -> SelectItem {
        .field(.init(alias: alias, field: Field(name: name, path: path), cast: cast, aggregate: nil))
    }

    static let selects: [(String, [SelectItem])] = [
        ("", [.all]), ("*", [.all]), (" * , a ", [.all, column("a")]), ("a,b", [column("a"), column("b")]),
        ("x:a::text", [column("a", alias: "x", cast: "text")]), ("a::int", [column("a", cast: "int")]),
        ("\"a.b\",\"q\\\"q\"", [column("a.b"), column("q\"q")]),
        ("my-name,my name,é$_1", [column("my-name"), column("my name"), column("é$_1")]),
        ("m->a->>b", [column("m", [name("a"), text("b")])]), ("m->0->-1->>x", [column("m", [index(0), index(-1), text("x")])]),
        ("m->1a->a-b", [column("m", [name("1a"), name("a-b")])]), ("m->>\"a.b\"::int", [column("m", [text("a.b")], cast: "int")]),
        ("count()", [.count(alias: nil)]), ("n:count()::int", [.count(alias: "n")]),
        ("a.sum()", [.field(.init(alias: nil, field: Field(name: "a"), cast: nil, aggregate: "sum"))]),
        ("p()", [.embed(.init(alias: nil, target: "p", items: []))]),
        ("...p(a)", [.embed(.init(alias: nil, target: "p", isSpread: true, items: [column("a")]))]),
        (
            "x:p!h!inner(*,q(a))",
            [
                .embed(
                    .init(
                        alias: "x", target: "p", hint: "h", join: .inner,
                        items: [.all, .embed(.init(alias: nil, target: "q", items: [column("a")]))]))
            ]
        ),
        ("p!inner!h( a )", [.embed(.init(alias: nil, target: "p", hint: "h", join: .inner, items: [column("a")]))]),
    ]

    @Test("of select", arguments: selects)
    func parsesSelect(text: String, items: [SelectItem]) throws {
        #expect(try Cursor.select(Array(text.utf8)) == items)
    }

    static let orders: [(String, [OrderTerm])] = [
        ("", []), ("a", [OrderTerm(field: Field(name: "a"))]), ("a.desc", [OrderTerm(field: Field(name: "a"), isDescending: true)]),
        (
            "a.asc.nullsfirst , b.nullslast",
            [OrderTerm(field: Field(name: "a"), nullsFirst: true), OrderTerm(field: Field(name: "b"), nullsFirst: false)]
        ),
        ("m->>x.desc", [OrderTerm(field: Field(name: "m", path: [text("x")]), isDescending: true)]),
        ("p(a).desc", [OrderTerm(relation: "p", field: Field(name: "a"), isDescending: true)]),
    ]

    @Test("of order", arguments: orders)
    func parsesOrder(text: String, terms: [OrderTerm]) throws {
        #expect(try Cursor.order(Array(text.utf8)) == terms)
    }

    static let operations: [(String, Bool, REST.Operation)] = [
        ("eq.5", false, .compare(.equal, nil, Array("5".utf8))), ("not.eq.", true, .compare(.equal, nil, [])),
        ("eq.\"a,b\"(", false, .compare(.equal, nil, Array("\"a,b\"(".utf8))),
        ("eq.not.x", false, .compare(.equal, nil, Array("not.x".utf8))),
        ("like(any).{a,b}", false, .compare(.like, .any, Array("{a,b}".utf8))),
        ("gt(all).{1}", false, .compare(.greater, .all, Array("{1}".utf8))),
        ("in.(a,\"b,c\",\"d\"e,)", false, .isIn(["a", "b,c", "\"d\"e", ""].map { Array($0.utf8) })), ("in.()", false, .isIn([])),
        ("in.(\"a\\\"b\\\\\")", false, .isIn([Array("a\"b\\".utf8)])), ("is.Null", false, .truth(.null)),
        ("not.is.TRUE", true, .truth(.isTrue)),
        ("isdistinct.x", false, .isDistinct(Array("x".utf8))), ("wfts(english).a b", false, .fullText("wfts")),
    ]

    @Test("of a filter", arguments: operations)
    func parsesFilter(text: String, isNegated: Bool, operation: REST.Operation) throws {
        let field = Field(name: "a")
        #expect(try Cursor.filter(field, Array(text.utf8)) == .filter(Filter(field: field, isNegated: isNegated, operation: operation)))
    }

    @Test("of logic, where quotes and braces hold a text together")
    func parsesLogic() throws {
        func filter(_ name: String, _ operation: REST.Operation, negated: Bool = false) -> FilterTree {
            .filter(Filter(field: Field(name: name), isNegated: negated, operation: operation))
        }
        let text = "(a.eq.\"x,y\", not.and(b.not.is.null,c.cs.{1,2}) ,d.in.(1,\"2\"),m->>k.eq.z)"
        let tree = try Cursor.logic(.or, isNegated: false, Array(text.utf8))
        #expect(
            tree
                == .group(
                    .or, isNegated: false,
                    [
                        filter("a", .compare(.equal, nil, Array("x,y".utf8))),
                        .group(
                            .and, isNegated: true,
                            [filter("b", .truth(.null), negated: true), filter("c", .compare(.contains, nil, Array("{1,2}".utf8)))]),
                        filter("d", .isIn([Array("1".utf8), Array("2".utf8)])),
                        .filter(
                            Filter(
                                field: Field(name: "m", path: [Self.text("k")]), isNegated: false,
                                operation: .compare(.equal, nil, Array("z".utf8)))),
                    ]))
        #expect(tree.count == 5)
    }

    @Test("of the whole: reserved words, prefixes, repetition")
    func parsesQuery() throws {
        let query = try ParsedQuery(
            QueryItem.items(
                of: Array(
                    "select=a&select=b&u.order=x&limit=5&u.limit=2&u.v.offset=1&u.not.or=(a.eq.1)&u.a=eq.1&columns=%22c%22,d&on_conflict=e&x&limit=y"
                        .utf8)))
        #expect(query.select == [Self.column("a")])
        #expect(query.orders.map(\.path) == [["u"]])
        #expect(query.limits.map(\.path) == [[], ["u"]] && query.limits.map(\.value) == [5, 2])
        #expect(query.offsets.map(\.path) == [["u", "v"]])
        #expect(query.filters.map(\.path) == [["u"], ["u"]])
        #expect(query.columns == ["c", "d"] && query.onConflict == ["e"])
        let call = try ParsedQuery(QueryItem.items(of: Array("a=1&b=eq.2&order=c&words={x,y}".utf8)), isCall: true)
        #expect(call.arguments.map(\.name) == [Array("a".utf8), Array("words".utf8)] && call.filters.count == 1)
    }

    @Test(
        "escapes decode once, and never fail",
        arguments: [("a=%41+b", "A b"), ("a=%zz%4", "%zz%4"), ("a=%2525", "%25"), ("a==", "="), ("a=%C3%A9", "é")])
    func decodes(query: String, value: String) {
        #expect(QueryItem.items(of: Array(query.utf8)).map(\.value) == [Array(value.utf8)])
    }

    static let preferences: [(String?, String)] = [
        (nil, ""), ("return=minimal", "return=minimal"),
        (
            "count=exact,return=representation,resolution=merge-duplicates,missing=default",
            "resolution=merge-duplicates, missing=default, return=representation, count=exact"
        ),
        (" return = minimal , return=representation", "return=minimal"), ("return=everything,count=none", ""),
        ("handling=lenient, max-affected=3", "handling=lenient"), ("tx=rollback, timezone=UTC", ""),
    ]

    @Test("of Prefer", arguments: preferences)
    func parsesPreferences(header: String?, applied: String) {
        #expect(Preferences(header).applied(to: .insert(resolves: true)).map(\.value).joined() == applied)
    }
}
