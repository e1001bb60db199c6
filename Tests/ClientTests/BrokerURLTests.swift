import Client
import Testing

@Suite("The address of a broker")
struct BrokerURLTests {
    static let good: [(String, String, UInt16, String, String)] = [
        ("http://localhost", "localhost", 80, "", "localhost"),
        ("ws://localhost:3001", "localhost", 3001, "", "localhost:3001"),
        ("HTTP://127.0.0.1:1/", "127.0.0.1", 1, "", "127.0.0.1:1"),
        ("http://[::1]:65535", "::1", 65535, "", "[::1]:65535"),
        ("ws://[fe80::1%eth0]/", "fe80::1%eth0", 80, "", "[fe80::1%eth0]"),
        ("http://broker_1.example-site.org/sluice/", "broker_1.example-site.org", 80, "/sluice", "broker_1.example-site.org"),
        ("http://h:80/a/b//", "h", 80, "/a/b", "h"),
    ]

    @Test("is read", arguments: good)
    func reads(text: String, host: String, port: UInt16, path: String, authority: String) throws {
        let url = try BrokerURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.path == path)
        #expect(url.authority == authority)
    }

    static let bad: [(String, BrokerURLError)] = [
        ("", .noScheme), ("localhost:3001", .noScheme), ("//localhost", .noScheme), ("ftp://localhost", .scheme("ftp")),
        ("https://localhost", .tls), ("WSS://localhost", .tls), ("http://", .host), ("http:///x", .host), ("http://:80", .host),
        ("http://a b", .host), ("http://ä", .host), ("http://a\r\nb", .host), ("http://[::1", .host), ("http://[1]", .host),
        ("http://[::g!]", .host), ("http://user@host", .userInfo), ("http://host:", .port("")), ("http://host:0", .port("0")),
        ("http://host:65536", .port("65536")), ("http://host:+80", .port("+80")), ("http://host:8o", .port("8o")),
        ("http://[::1]80", .port("0")), ("http://host/?a=b", .query), ("http://host#x", .query), ("http://host/a b", .path),
        ("http://host/ä", .path),
    ]

    @Test("is refused", arguments: bad)
    func refuses(text: String, error: BrokerURLError) {
        #expect(throws: error) { try BrokerURL(text) }
    }

    @Test("TLS is named as what is missing")
    func tls() {
        #expect(BrokerURLError.tls.description == "TLS is not supported yet")
    }
}
