import REST
import Testing

@Suite("Reads, from the request to the answer")
struct ReadAnswerTests {
    struct Expectation: Sendable, CustomTestStringConvertible {
        var ask: Ask
        var status: Int
        var range: String?
        var body: String

        init(_ line: String, _ headers: [String: String] = [:], _ status: Int = 200, _ range: String? = nil, _ body: String) {
            ask = Ask(line, headers)
            self.status = status
            self.range = range
            self.body = body
        }

        init(_ line: String, _ body: String) { self.init(line, [:], 200, nil, body) }

        var testDescription: String { ask.testDescription }
    }

    private static let u = Fixture.upload
    private static let one = ["accept": "application/vnd.pgrst.object+json"]
    private static let exact = ["prefer": "count=exact"]

    static let select: [Expectation] = [
        .init("GET tags", [:], 200, "0-1/*", #"[{"id":1,"name":"red"},{"id":2,"name":"blue"}]"#),
        .init("GET tags?select=*", [:], 200, "0-1/*", #"[{"id":1,"name":"red"},{"id":2,"name":"blue"}]"#),
        .init("GET tags?select=", [:], 200, "0-1/*", #"[{"id":1,"name":"red"},{"id":2,"name":"blue"}]"#),
        .init("GET tags?select=name", #"[{"name":"red"},{"name":"blue"}]"#),
        .init("GET tags?select=label:name,id&id=eq.1", #"[{"label":"red","id":1}]"#),
        .init("GET tags?select=%22name%22+,+id&id=eq.1", #"[{"name":"red","id":1}]"#),
        .init("GET tags?select=name::text,id::text&id=eq.1", #"[{"name":"red","id":"1"}]"#),
        .init(
            "GET upload_queue?select=cost::integer,progress::bigint,is_recorded::text&id=eq.\(u(3))",
            #"[{"cost":1,"progress":null,"is_recorded":null}]"#),
        .init(
            "GET upload_queue?select=metadata->device->>model,metadata->device&id=eq.\(u(1))",
            #"[{"model":"X","device":{"model":"X","os":[1,2]}}]"#),
        .init(
            "GET upload_queue?select=metadata->device->os->0,last:metadata->device->os->-1,none:metadata->device->os->9&id=eq.\(u(1))",
            #"[{"os":1,"last":2,"none":null}]"#),
        .init(
            "GET upload_queue?select=metadata->>isRecorded,d:metadata->>device,s:metadata->>size&id=eq.\(u(1))",
            #"[{"isRecorded":"true","d":"{\"os\": [1, 2], \"model\": \"X\"}","s":"12"}]"#),
        .init("GET upload_queue?select=x:status->>a,t:tags->0&id=eq.\(u(1))", #"[{"x":null,"t":"a"}]"#),
        .init("GET upload_queue?select=n:metadata->>size::integer&id=eq.\(u(1))", #"[{"n":12}]"#),
        .init("GET bug_reports?select=count", #"[{"count":3}]"#),
        .init("GET bug_reports?select=count&error_type=eq.ui", #"[{"count":2}]"#),
    ]

    static let types: [Expectation] = [
        .init(
            "GET upload_queue?id=eq.\(u(1))", [:], 200, "0-0/*",
            """
            [{"id":"\(u(1))","user_id":"\(Fixture.alice)","video_title":"Holiday, 1","filename":"a.mp4","file_size":9007199254740993,\
            "status":"uploading","progress":45,"upload_speed":2.5,"cost":2.50,\
            "metadata":{"isRecorded":true,"device":{"model":"X","os":[1,2]},"size":12},"is_recorded":true,\
            "started_at":"2026-01-15T10:00:00.5+00:00","tags":["a","b c",null],"thumbnail":"\\\\xdeadbeef"}]
            """),
        .init(
            "GET upload_queue?select=upload_speed,cost,is_recorded,tags,metadata&order=id", [:], 200, "0-4/*",
            """
            [{"upload_speed":2.5,"cost":2.50,"is_recorded":true,"tags":["a","b c",null],"metadata":\
            {"isRecorded":true,"device":{"model":"X","os":[1,2]},"size":12}},\
            {"upload_speed":null,"cost":12.0,"is_recorded":false,"tags":[],"metadata":{"uploadFailed":true,"size":7}},\
            {"upload_speed":100,"cost":1,"is_recorded":null,"tags":null,"metadata":{"uploadFailed":"true"}},\
            {"upload_speed":0.1,"cost":null,"is_recorded":false,"tags":["x"],"metadata":null},\
            {"upload_speed":1e+20,"cost":0.5,"is_recorded":true,"tags":null,"metadata":{}}]
            """),
        .init(
            "GET upload_queue?select=id,status,metadata&id=eq.\(u(4))", ["accept": "application/vnd.pgrst.array+json;nulls=stripped"], 200,
            "0-0/*",
            #"[{"id":"\#(u(4))","status":"pending"}]"#),
        .init(
            "GET upload_queue?select=id,progress,started_at&id=eq.\(u(4))", ["accept": "application/vnd.pgrst.object+json;nulls=stripped"],
            200, "0-0/*",
            #"{"id":"\#(u(4))","progress":0}"#),
        .init(
            "GET upload_queue?select=video_title,progress,is_recorded,started_at,tags,metadata&order=id&limit=4", ["accept": "text/csv"],
            200, "0-3/*",
            #"""
            video_title,progress,is_recorded,started_at,tags,metadata
            "Holiday, 1",45,t,"2026-01-15 10:00:00.5+00","{a,""b c"",NULL}",\#
            "{""size"": 12, ""device"": {""os"": [1, 2], ""model"": ""X""}, ""isRecorded"": true}"
            "",100,f,"2026-01-15 11:00:00+00",{},"{""size"": 7, ""uploadFailed"": true}"
            ,,,"2026-01-15 12:00:00+00",,"{""uploadFailed"": ""true""}"
            "it's ""q""",0,f,,{x},
            """#),
    ]

    static let filters: [(filter: String, uploads: [Int])] = [
        ("status=eq.uploading", [1]), ("status=neq.uploading", [2, 3, 4, 5]), ("progress=gt.7", [1, 2]), ("progress=gte.7", [1, 2, 5]),
        ("progress=lt.45", [4, 5]), ("progress=lte.45", [1, 4, 5]), ("progress=not.eq.45", [2, 4, 5]), ("progress=is.null", [3]),
        ("progress=not.is.null", [1, 2, 4, 5]), ("progress=is.NULL", [3]), ("progress=is.not_null", [1, 2, 4, 5]),
        ("progress=isdistinct.45", [2, 3, 4, 5]), ("progress=not.isdistinct.45", [1]), ("progress=in.(45,100)", [1, 2]),
        ("progress=not.in.(45,100)", [4, 5]), ("progress=in.()", []), ("progress=not.in.()", [1, 2, 4, 5]),
        ("status=in.(uploading,%22failed%22)", [1, 3]), ("video_title=in.(%22Holiday,+1%22)", [1]), ("video_title=eq.Holiday,+1", [1]),
        ("video_title=eq.", [2]), ("video_title=in.(,x)", [2]), ("video_title=eq.%22Holiday,+1%22", []),
        ("video_title=in.(%22it's+%5C%22q%5C%22%22)", [4]), ("video_title=in.(it's+%22q%22)", [4]), ("video_title=eq.it's+%22q%22", [4]),
        ("is_recorded=is.true", [1, 5]), ("is_recorded=is.false", [2, 4]), ("is_recorded=is.unknown", [3]),
        ("is_recorded=not.is.true", [2, 3, 4]),
        ("is_recorded=eq.true", [1, 5]), ("is_recorded=eq.f", [2, 4]), ("started_at=gte.2026-01-15T11:00:00Z", [2, 3, 5]),
        ("started_at=gte.2026-01-15T12:00:00%2B01:00", [2, 3, 5]), ("started_at=lt.2026-01-15", []),
        ("started_at=gt.2026-01-15", [1, 2, 3, 5]),
        ("started_at=in.(%222026-01-15T11:00:00%2B00:00%22)", [2]), ("file_size=eq.9007199254740993", [1]),
        ("upload_speed=gt.2", [1, 3, 5]),
        ("user_id=eq.\(Fixture.alice.uppercased())", [1, 2]), ("or=(status.eq.failed,progress.eq.0)", [3, 4]),
        ("or=(status.eq.failed,and(progress.gte.45,status.eq.uploading))", [1, 3]), ("and=(progress.gte.7,progress.lte.45)", [1, 5]),
        ("not.or=(status.eq.failed,status.eq.pending)", [1, 2, 5]), ("not.and=(status.eq.failed,user_id.eq.\(Fixture.bob))", [1, 2, 4, 5]),
        ("or=(not.and(status.eq.failed,filename.eq.c.mp4),filename.eq.c.mp4)", [1, 2, 3, 4, 5]),
        ("or=(status.not.eq.failed)", [1, 2, 4, 5]),
        ("or=(+status.eq.failed+,+status.eq.pending)", [4]), ("or=(video_title.eq.%22Holiday,+1%22,progress.is.null)", [1, 3]),
        ("or=(progress.in.(45,100),status.eq.stopped)", [1, 2, 5]), ("status=eq.uploading&progress=gt.1", [1]),
        ("status=eq.uploading&progress=gt.50", []),
        ("status=eq(any).{uploading,failed}", [1, 3]), ("progress=gt(all).{5,40}", [1, 2]), ("tags=eq.{x}", [4]), ("tags=eq.{}", [2]),
        ("metadata->>uploadFailed=eq.true", [2, 3]), ("metadata->uploadFailed=eq.true", [2]),
        ("metadata->uploadFailed=not.is.null", [2, 3]), ("metadata->uploadFailed=is.not_null", [2, 3]),
        ("metadata->x=is.null", [1, 2, 3, 4, 5]),
        ("metadata->size=gt.8", [1]), ("metadata->size=lte.12", [1, 2]), ("metadata->>size=in.(7,9)", [2]),
        ("metadata->device->>model=eq.X", [1]),
        ("metadata->device->os->>1=eq.2", [1]), ("or=(metadata->>size.eq.7,status.eq.stopped)", [2, 5]),
        ("metadata->>isRecorded=isdistinct.true", [2, 3, 4, 5]),
        ("tags=cs.{a}", [1]), ("tags=cs.{a,%22b+c%22}", [1]), ("tags=cs.{a,NULL}", []), ("tags=cs.{}", [1, 2, 4]),
        ("tags=not.cs.{a}", [2, 4]),
        ("tags=cd.{x,y}", [2, 4]), ("tags=ov.{x,a}", [1, 4]), ("tags=not.ov.{x}", [1, 2]), ("or=(tags.ov.{x,z},status.eq.failed)", [3, 4]),
        ("metadata=cs.{%22uploadFailed%22:true}", [2]), ("metadata=cs.{}", [1, 2, 3, 5]), ("metadata=not.cs.{%22size%22:7}", [1, 3, 5]),
        ("metadata=cs.{%22size%22:12.0,%22device%22:{%22os%22:[2]}}", [1]), ("metadata=cs.{%22device%22:{%22os%22:[3]}}", []),
        ("metadata=cs.[1]", []), ("metadata->device->os=cs.2", [1]), ("metadata->device->os=cs.[2,1]", [1]), ("metadata->size=cs.7", [2]),
        ("metadata=cs.{%22uploadFailed%22:%22true%22}", [3]), ("metadata=cs.{%22size%22:[12]}", []), ("metadata=eq.{}", [5]),
        ("cost=eq.2.50", [1]), ("select=id&ignored&status=eq.failed", [3]),
    ]

    static let pages: [Expectation] = [
        .init("GET bug_reports?select=id&order=id.desc", [:], 200, "0-2/*", #"[{"id":3},{"id":2},{"id":1}]"#),
        .init("GET bug_reports?select=id&order=error_type.asc,id.desc", #"[{"id":1},{"id":3},{"id":2}]"#),
        .init(
            "GET upload_queue?select=progress&order=progress",
            #"[{"progress":0},{"progress":7},{"progress":45},{"progress":100},{"progress":null}]"#),
        .init(
            "GET upload_queue?select=progress&order=progress.desc",
            #"[{"progress":null},{"progress":100},{"progress":45},{"progress":7},{"progress":0}]"#),
        .init("GET upload_queue?select=progress&order=progress.desc.nullslast&limit=1", #"[{"progress":100}]"#),
        .init("GET upload_queue?select=progress&order=progress.nullsfirst&limit=1", #"[{"progress":null}]"#),
        .init("GET upload_queue?select=s:metadata->size&order=metadata->>size&limit=2", #"[{"s":12},{"s":7}]"#),
        .init("GET bug_reports?select=id&order=id&limit=1", [:], 200, "0-0/*", #"[{"id":1}]"#),
        .init("GET bug_reports?select=id&order=id&offset=1", [:], 200, "1-2/*", #"[{"id":2},{"id":3}]"#),
        .init("GET bug_reports?select=id&order=id&limit=1&offset=1", exact, 206, "1-1/3", #"[{"id":2}]"#),
        .init("GET bug_reports?select=id&order=id", exact, 200, "0-2/3", #"[{"id":1},{"id":2},{"id":3}]"#),
        .init("GET bug_reports?select=id&order=id&limit=2&offset=1", exact, 206, "1-2/3", #"[{"id":2},{"id":3}]"#),
        .init("GET bug_reports?select=id&id=eq.9", ["prefer": "count=planned"], 200, "*/0", "[]"),
        .init("GET bug_reports?select=id&id=eq.9", [:], 200, "*/*", "[]"),
        .init("GET bug_reports?select=id&offset=3", ["prefer": "count=estimated"], 206, "*/3", "[]"),
        .init(
            "GET bug_reports?select=id&offset=4", exact, 416, "*/3",
            #"{"code":"PGRST103","details":"An offset of 4 was requested, but there are only 3 rows.","hint":null,"message":"Requested range not satisfiable"}"#
        ),
        .init("GET bug_reports?select=id&offset=4", [:], 200, "*/*", "[]"),
        .init("GET bug_reports?limit=0", [:], 200, "*/*", "[]"),
        .init("GET bug_reports?limit=0", exact, 206, "*/3", "[]"),
        .init("GET bug_reports?select=id&order=id&limit=nonsense&offset=x", #"[{"id":1},{"id":2},{"id":3}]"#),
        .init("GET bug_reports?select=id&order=id&offset=-3&limit=1", #"[{"id":1}]"#),
        .init("GET bug_reports?select=id&order=id", ["range": "1-1"], 200, "1-1/*", #"[{"id":2}]"#),
        .init("GET bug_reports?select=id&order=id", ["range": "1-", "range-unit": "items"], 200, "1-2/*", #"[{"id":2},{"id":3}]"#),
        .init("GET bug_reports?select=id&order=id&limit=2", ["range": "1-9"], 200, "1-1/*", #"[{"id":2}]"#),
        .init("GET bug_reports?select=id&order=id", ["range": "bytes=0-1"], 200, "0-2/*", #"[{"id":1},{"id":2},{"id":3}]"#),
        .init("HEAD bug_reports?select=*", exact, 200, "0-2/3", ""),
        .init("HEAD bug_reports?limit=1", exact, 206, "0-0/3", ""),
        .init("HEAD bug_reports?error_type=eq.none", exact, 200, "*/0", ""),
        .init("HEAD bug_reports?offset=9", exact, 416, "*/3", ""),
        .init("HEAD upload_queue?nope=eq.1", [:], 400, nil, ""),
        .init("GET bug_reports?select=id&id=eq.2", one, 200, "0-0/*", #"{"id":2}"#),
        .init(
            "GET bug_reports?select=id&id=eq.9", one, 406, nil,
            #"{"code":"PGRST116","details":"The result contains 0 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}"#
        ),
        .init(
            "GET bug_reports?select=id", one, 406, nil,
            #"{"code":"PGRST116","details":"The result contains 3 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}"#
        ),
        .init("GET bug_reports?select=id&id=eq.9", ["accept": "application/json"], 200, "*/*", "[]"),
        .init("GET tags?select=id&id=eq.1", ["accept": "application/VND.pgrst.object, text/html;q=0.9"], 200, "0-0/*", #"{"id":1}"#),
        .init("GET tags?select=id&id=eq.1", ["accept": "text/html, text/csv;q=0.1, */*;q=0.5"], 200, "0-0/*", #"[{"id":1}]"#),
    ]

    static let embeds: [Expectation] = [
        .init(
            "GET upload_queue?select=status,profiles!inner(email)&started_at=gte.2026-01-15T10:30:00Z&order=started_at.desc", [:], 200,
            "0-2/*",
            #"[{"status":"stopped","profiles":{"email":"carol@example.org"}},{"status":"failed","profiles":{"email":"bob@example.org"}},{"status":"completed","profiles":{"email":"alice@example.org"}}]"#
        ),
        .init(
            "GET upload_queue?select=status,profiles(email)&order=id.desc&limit=2",
            #"[{"status":"stopped","profiles":{"email":"carol@example.org"}},{"status":"pending","profiles":null}]"#),
        .init(
            "GET upload_queue?select=status,profiles!inner(email)", exact, 200, "0-3/4",
            #"[{"status":"uploading","profiles":{"email":"alice@example.org"}},{"status":"completed","profiles":{"email":"alice@example.org"}},{"status":"failed","profiles":{"email":"bob@example.org"}},{"status":"stopped","profiles":{"email":"carol@example.org"}}]"#
        ),
        .init(
            "GET upload_queue?select=status,owner:user_id(first_name)&status=eq.stopped",
            #"[{"status":"stopped","owner":{"first_name":"Carol"}}]"#),
        .init(
            "GET upload_queue?select=status,profiles!upload_queue_user_id_fkey(email)&status=eq.failed",
            #"[{"status":"failed","profiles":{"email":"bob@example.org"}}]"#),
        .init(
            "GET profiles?select=first_name,upload_queue(status)&order=email&upload_queue.order=status.desc",
            #"[{"first_name":"Alice","upload_queue":[{"status":"uploading"},{"status":"completed"}]},{"first_name":null,"upload_queue":[{"status":"failed"}]},{"first_name":"Carol","upload_queue":[{"status":"stopped"}]}]"#
        ),
        .init(
            "GET profiles?select=first_name,u:upload_queue(status)&order=email&u.status=eq.uploading&limit=2",
            #"[{"first_name":"Alice","u":[{"status":"uploading"}]},{"first_name":null,"u":[]}]"#),
        .init(
            "GET profiles?select=first_name,upload_queue!inner(status)&upload_queue.status=eq.failed",
            #"[{"first_name":null,"upload_queue":[{"status":"failed"}]}]"#),
        .init(
            "GET profiles?select=first_name,upload_queue(status)&upload_queue.limit=1&upload_queue.offset=1&upload_queue.order=id&order=email&limit=1",
            #"[{"first_name":"Alice","upload_queue":[{"status":"completed"}]}]"#),
        .init(
            "GET profiles?select=first_name,upload_queue(status)&upload_queue.or=(status.eq.failed,status.eq.uploading)&order=email&limit=1",
            #"[{"first_name":"Alice","upload_queue":[{"status":"uploading"}]}]"#),
        .init(
            "GET profiles?select=email,upload_queue(count)&order=email",
            #"[{"email":"alice@example.org","upload_queue":[{"count":2}]},{"email":"bob@example.org","upload_queue":[{"count":1}]},{"email":"carol@example.org","upload_queue":[{"count":1}]}]"#
        ),
        .init("GET profiles?select=email,upload_queue()&upload_queue=is.null", "[]"),
        .init("GET profiles?select=email,videos()&videos=is.null", #"[{"email":"carol@example.org"}]"#),
        .init(
            "GET profiles?select=email,videos()&videos=not.is.null&order=email",
            #"[{"email":"alice@example.org"},{"email":"bob@example.org"}]"#),
        .init(
            "GET profiles?select=email,videos()&or=(videos.is.null,first_name.eq.Alice)&order=email",
            #"[{"email":"alice@example.org"},{"email":"carol@example.org"}]"#),
        .init(
            "GET videos?select=title,...profiles(email,first_name)&order=title",
            #"[{"title":"One","email":"alice@example.org","first_name":"Alice"},{"title":"Three","email":null,"first_name":null},{"title":"Two","email":"bob@example.org","first_name":null}]"#
        ),
        .init("GET videos?select=title&order=title.desc&select=id", #"[{"title":"Two"},{"title":"Three"},{"title":"One"}]"#),
        .init(
            "GET videos?select=title,profiles(email)&order=profiles(email).desc",
            #"[{"title":"Three","profiles":null},{"title":"Two","profiles":{"email":"bob@example.org"}},{"title":"One","profiles":{"email":"alice@example.org"}}]"#
        ),
        .init(
            "GET videos?select=title,profiles(email),transcription_jobs(status,error_message)&created_at=gte.2026-01-10&order=created_at.desc&transcription_jobs.order=id",
            #"[{"title":"Three","profiles":null,"transcription_jobs":[{"status":"failed","error_message":"x"}]},{"title":"Two","profiles":{"email":"bob@example.org"},"transcription_jobs":[]},{"title":"One","profiles":{"email":"alice@example.org"},"transcription_jobs":[{"status":"failed","error_message":"boom"},{"status":"done","error_message":null}]}]"#
        ),
        .init(
            "GET videos?select=title,profiles!inner(email)&metadata->>uploadFailed=eq.true&created_at=gte.2026-01-01&order=created_at.desc",
            #"[{"title":"One","profiles":{"email":"alice@example.org"}}]"#),
        .init(
            "GET transcription_jobs?select=id,videos!inner(title,profiles!inner(email))&status=eq.failed&created_at=gte.2026-01-01&order=created_at.desc",
            #"[{"id":1,"videos":{"title":"One","profiles":{"email":"alice@example.org"}}}]"#),
        .init(
            "GET transcription_jobs?select=id,videos(title,profiles(email))&order=id.desc&limit=1",
            #"[{"id":3,"videos":{"title":"Three","profiles":null}}]"#),
        .init(
            "GET videos?select=title,tags(name)&order=title&tags.order=name",
            #"[{"title":"One","tags":[{"name":"blue"},{"name":"red"}]},{"title":"Three","tags":[]},{"title":"Two","tags":[{"name":"blue"}]}]"#
        ),
        .init("GET videos?select=title,tags!inner(name)&tags.name=eq.red", #"[{"title":"One","tags":[{"name":"red"}]}]"#),
        .init("GET nodes?select=name,nodes(name)&id=eq.1&nodes.order=id", #"[{"name":"root","nodes":[{"name":"left"},{"name":"right"}]}]"#),
        .init(
            "GET nodes?select=name,parent_id(name)&order=id",
            #"[{"name":"root","parent_id":null},{"name":"left","parent_id":{"name":"root"}},{"name":"right","parent_id":{"name":"root"}},{"name":"leaf","parent_id":{"name":"left"}}]"#
        ),
        .init(
            "GET nodes?select=name,up:parent_id(name,up:parent_id(name))&id=eq.4",
            #"[{"name":"leaf","up":{"name":"left","up":{"name":"root"}}}]"#),
        .init("GET transfers?select=id,profiles!giver_id(email)", "[]"),
        .init(
            "GET bug_reports?select=id,error_message&or=(error_type.eq.network,error_message.eq.colour)&created_at=gte.2026-01-01&order=created_at.desc&limit=20",
            #"[{"id":3,"error_message":"colour"},{"id":1,"error_message":"lost"}]"#),
    ]

    @Test("selects, aliases, casts and JSON paths", arguments: select)
    func selects(expected: Expectation) throws { try check(expected) }

    @Test("every type is written exactly", arguments: types)
    func writesTypes(expected: Expectation) throws { try check(expected) }

    @Test("orders, limits, ranges, counts, single objects", arguments: pages)
    func answersPages(expected: Expectation) throws { try check(expected) }

    @Test("embeds related tables", arguments: embeds)
    func answersEmbeds(expected: Expectation) throws { try check(expected) }

    @Test("filters as SQL does", arguments: filters)
    func answersFilters(filter: String, uploads: [Int]) throws {
        let line = filter.hasPrefix("select") ? "GET upload_queue?\(filter)&order=id" : "GET upload_queue?select=id&\(filter)&order=id"
        let response = try Ask(line).answer()
        #expect(response.text == "[" + uploads.map { #"{"id":"\#(Fixture.upload($0))"}"# }.joined(separator: ",") + "]")
    }

    private func check(_ expected: Expectation) throws {
        let response = try expected.ask.answer()
        #expect(response.text == expected.body)
        #expect(response.status == expected.status)
        if let range = expected.range { #expect(response.header("Content-Range") == range) }
        #expect(response.header("Sluice-Sequence") == "7" || expected.status == 400)
    }

    @Test("answers say where the rows come from and how new they are")
    func namesItsHeaders() throws {
        let response = try Ask("GET tags?select=name&id=in.(1,2)&apart", ["accept-profile": "public", "prefer": "count=exact"]).answer()
        #expect(response.header("Content-Location") == "/tags?apart&id=in.%281%2C2%29&select=name")
        #expect(response.header("Content-Type") == "application/json; charset=utf-8")
        #expect(response.header("Content-Profile") == "public")
        #expect(response.header("Preference-Applied") == "count=exact")
        #expect(response.header("Sluice-Epoch") == "00000000000000e1")
    }

    @Test("an owner sees the own rows only, in counts and embeds too")
    func hidesRows() throws {
        let own = try Ask("GET upload_queue?select=status&order=id", ["prefer": "count=exact"], as: Ask.alice).answer()
        #expect(own.text == #"[{"status":"uploading"},{"status":"completed"}]"#)
        #expect(own.header("Content-Range") == "0-1/2")
        let embedded = try Ask("GET profiles?select=email,upload_queue(status)&order=email.desc", as: Ask.alice).answer()
        #expect(
            embedded.text
                == #"[{"email":"carol@example.org","upload_queue":[]},{"email":"bob@example.org","upload_queue":[]},{"email":"alice@example.org","upload_queue":[{"status":"uploading"},{"status":"completed"}]}]"#
        )
        let none = try Ask("GET upload_queue", as: Ask.anon).answer()
        #expect(none.status == 200 && none.text == "[]")
    }

    @Test("a configured limit of rows caps every level, silently")
    func capsRows() throws {
        let service = Fixture.service { $0.maxRows = 1 }
        #expect(try Ask("GET bug_reports?select=id&order=id&limit=2").answer(service).text == #"[{"id":1}]"#)
        #expect(
            try Ask("GET profiles?select=upload_queue(filename)&order=email&upload_queue.order=id").answer(service).text
                == #"[{"upload_queue":[{"filename":"a.mp4"}]}]"#)
    }

    @Test("an answer over the limit of bytes is refused")
    func capsBytes() throws {
        let response = try Ask("GET upload_queue").answer(Fixture.service { $0.responseBytes = 100 })
        #expect(response.status == 400)
        #expect(response.text.contains("the answer exceeds the limit of 100 bytes"))
    }
}
