internal import Access
internal import Engine
internal import JSON

extension PlanContext {
    /// The client's name for the request, from `Idempotency-Key`, with a digest of what it asks.
    func idempotency() throws(RequestError) -> IdempotencyKey? {
        guard let key = request.header("idempotency-key") else { return nil }
        guard 1...64 ~= key.utf8.count else { throw .idempotencyKey }
        return IdempotencyKey(key: Array(key.utf8), digest: Digest.sha256(fingerprint))
    }

    /// Method, path, query and body, each with its length before it, so that no two requests give the same bytes.
    private var fingerprint: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(request.body.count + 256)
        func append(_ part: [UInt8]) {
            bytes.appendDecimal(Int64(part.count))
            bytes.append(UInt8(ascii: ":"))
            bytes += part
        }
        append(Array(request.method.utf8))
        for segment in request.path { append(Array(segment.utf8)) }
        bytes.append(UInt8(ascii: "?"))
        for item in request.query {
            append(item.name)
            append(item.value)
        }
        append(request.body)
        return bytes
    }
}
