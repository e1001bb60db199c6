import Testing
import Transport

@testable import Broker

@Suite("Cross-origin requests")
struct CrossOriginTests {
    private func request(_ origin: String?, host: String = "sluice.example:3001", asks: Bool = false) -> HTTPRequest {
        var headers = [("Host", host)]
        if let origin { headers.append(("Origin", origin)) }
        if asks { headers += [("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "apikey, prefer")] }
        return HTTPRequest(method: asks ? .options : .get, path: Array("/rest/v1/t".utf8), headers: headers)
    }

    static let listed = ["https://app.example", "http://localhost:*"]
    static let cases: [(String?, [String], Bool)] = [
        (nil, [], true), ("http://sluice.example:3001", [], true), ("https://sluice.example:3001", [], true),
        ("http://sluice.example", [], false), ("https://app.example", listed, true), ("http://app.example", listed, false),
        ("https://app.example.evil", listed, false), ("http://localhost:5173", listed, true), ("http://localhost:", listed, true),
        ("http://localhost:5173.evil", listed, false), ("http://localhost", listed, false), ("null", listed, false), ("null", ["*"], true),
        ("https://any.example", ["*"], true),
    ]

    @Test("are let in by the list", arguments: cases) func list(_ origin: String?, _ origins: [String], _ isAllowed: Bool) {
        #expect(CrossOrigin(origins: origins).allows(request(origin)) == isAllowed)
    }

    private func header(_ name: String, _ headers: [(String, String)]) -> String? { headers.first { $0.0 == name }?.1 }

    @Test("are told their origin and what they may read") func headers() {
        let listed = CrossOrigin(origins: Self.listed).headers(for: request("https://app.example"))
        #expect(header("Access-Control-Allow-Origin", listed) == "https://app.example")
        #expect(header("Access-Control-Allow-Credentials", listed) == "true")
        #expect(header("Vary", listed) == "Origin")
        #expect(header("Access-Control-Expose-Headers", listed)?.contains("Sluice-Sequence") == true)
        let any = CrossOrigin(origins: ["*"]).headers(for: request("https://app.example"))
        #expect(header("Access-Control-Allow-Origin", any) == "*")
        #expect(header("Access-Control-Allow-Credentials", any) == nil)
        #expect(CrossOrigin(origins: []).headers(for: request(nil)).isEmpty)
        #expect(CrossOrigin(origins: []).headers(for: request("https://app.example")).isEmpty)
    }

    @Test("are answered when they ask first") func preflight() {
        let crossOrigin = CrossOrigin(origins: Self.listed)
        let answer = crossOrigin.preflight(request("https://app.example", asks: true))
        #expect(answer?.status == 200)
        #expect(
            header("Access-Control-Allow-Headers", answer?.headers ?? [])
                == "Authorization, apikey, prefer, Accept, Accept-Language, Content-Language")
        #expect(header("Access-Control-Max-Age", answer?.headers ?? []) == "86400")
        #expect(crossOrigin.preflight(request("https://evil.example", asks: true))?.status == 403)
        #expect(crossOrigin.preflight(request("https://app.example"))?.status == nil)
        #expect(crossOrigin.preflight(request(nil, asks: true))?.status == nil)
    }
}
