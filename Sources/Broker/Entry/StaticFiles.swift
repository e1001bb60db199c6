internal import Access
internal import Store
internal import System
internal import Transport

/// The dashboard's files: read once at start, served from memory by a fixed list, so that no request ever names a path of the disk.
///
/// `index.html` answers `/monitoring` and everything below it; the others stand under `/assets/`. Each has an ETag; a page is asked for
/// anew each time, an asset whose name holds its hash (`name.0a1b2c3d.js`) never.
struct StaticFiles: Sendable {
    private struct Entry: Sendable {
        let contentType: String
        let bytes: [UInt8]
        let etag: String
        let cacheControl: String
    }

    private static let fileByteLimit = 4 << 20
    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "json": "application/json; charset=utf-8", "woff2": "font/woff2", "png": "image/png",
    ]
    /// Scripts, styles and connections of our own only; nothing inline, nobody may frame the page.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws: wss:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private let page: Entry?
    private let assets: [String: Entry]

    /// - Parameter folder: where the files lie; a folder that is not there has no dashboard.
    /// - Throws: `SystemError` when a file cannot be read.
    init(folder: Folder) throws(SystemError) {
        var page: Entry?
        var assets: [String: Entry] = [:]
        for name in folder.exists ? try folder.list() : [] {
            guard let type = name.split(separator: ".").last.flatMap({ Self.types[String($0)] }) else { continue }
            let bytes = try folder.file(name).read(limit: Self.fileByteLimit)
            let digest = String(decoding: Base64URL.encode(Array(Digest.sha256(bytes).prefix(12))), as: UTF8.self)
            let entry = Entry(
                contentType: type, bytes: bytes, etag: "\"\(digest)\"",
                cacheControl: Self.isHashed(name) ? "public, max-age=31536000, immutable" : "no-cache")
            if name == "index.html" { page = entry } else { assets[name] = entry }
        }
        self.page = page
        self.assets = assets
    }

    /// The answer to a request for the page (no name) or one of its assets; nil when there is none.
    func answer(_ request: HTTPRequest, asset name: String?) -> HTTPResponse? {
        guard let entry = name.map({ assets[$0] }) ?? page else { return nil }
        guard request.method == .get || request.method == .head else {
            return HTTPResponse(status: 405, headers: [("Allow", "GET, HEAD")])
        }
        let headers = [
            ("Content-Type", entry.contentType), ("ETag", entry.etag), ("Cache-Control", entry.cacheControl),
            ("Content-Security-Policy", Self.policy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ]
        guard request.header("if-none-match") != entry.etag else { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, headers: headers, body: entry.bytes)
    }

    /// Whether a name has eight hexadecimal digits between its dots.
    private static func isHashed(_ name: String) -> Bool {
        name.split(separator: ".").dropFirst().dropLast().contains { $0.utf8.count >= 8 && $0.allSatisfy(\.isHexDigit) }
    }
}
