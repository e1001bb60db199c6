import Testing

@testable import Store

@Suite("Column declarations") struct ColumnTypeDeclarationTests {
    @Test(
        "name a type and a storage class",
        arguments: [
            ("integer", .int4), ("INTEGER", .int4), ("int", .int4), ("bigint", .int8), ("smallint", .int2), ("uuid text", .uuid),
            ("text", .text),
            ("varchar text", .varchar), ("numeric real", .numeric(isText: false)), ("numeric text", .numeric(isText: true)),
            ("decimal text", .numeric(isText: true)), ("double precision", .float8), ("double precision real", .float8), ("real", .float4),
            ("float8 real", .float8), ("jsonb text", .jsonb), ("json text", .json), ("boolean integer", .bool), ("bool integer", .bool),
            ("timestamptz text", .timestamptz), ("timestamp text", .timestamp), ("date text", .date), ("time text", .time),
            ("bytea blob", .bytea),
            ("_text text", .array(of: .text)), ("_int4 text", .array(of: .int4)), ("_uuid text", .array(of: .uuid)),
        ] as [(String, ColumnType)])
    func known(declared: String, type: ColumnType) { #expect(ColumnType(declared: declared) == type) }

    @Test(
        "of any other form are refused",
        arguments: [
            "", "uuid", "uuid integer", "timestamptz", "timestamptz integer", "numeric", "numeric integer", "jsonb", "boolean",
            "interval text",
            "point text", "blob", "text text text", "_bytea text", "__text text", "bytea", "varchar(10) text", "text blob",
        ])
    func unknown(declared: String) { #expect(ColumnType(declared: declared) == nil) }
}
