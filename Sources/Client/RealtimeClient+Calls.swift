package import JSON

/// Functions and writes over the socket.
extension RealtimeClient {
    /// Calls a function on a joined channel.
    ///
    /// - Parameter arguments: an object.
    /// - Throws: `ClientError.refused`; `.connectionLost` and `.timedOut` leave open whether the call took effect.
    package func call(_ function: String, _ arguments: JSONValue, on channel: String) throws(ClientError) -> CallAnswer {
        let payload = JSONValue.object([.init("event", .string(function)), .init("payload", arguments)])
        let response = try ask("rpc", payload, on: channel)
        guard let result = response["result"] else { throw .malformed("a reply without a result") }
        return CallAnswer(result: result, sequence: response["sequence"]?.int64)
    }

    /// Writes rows on a joined channel.
    ///
    /// - Throws: as `call`; with an idempotency key the same write may then be sent again.
    package func write(_ write: RowWrite, on channel: String) throws(ClientError) -> WriteAnswer {
        let response = try ask(write.action.rawValue, write.json, on: channel)
        guard let count = response["count"]?.int64 else { throw .malformed("a reply without a count") }
        return WriteAnswer(count: count, sequence: response["sequence"]?.int64, rows: response["rows"])
    }

    private func ask(_ event: String, _ payload: JSONValue, on name: String) throws(ClientError) -> JSONView {
        let topic = "realtime:\(name)"
        guard case .joined(let joinRef)? = channels[topic]?.state else { throw .invalidRequest("channel \(name) is not joined") }
        let ref = nextRef()
        try send(joinRef: joinRef, ref: ref, topic: topic, event: event, payload: payload)
        return try reply(to: ref, by: Deadline(after: options.timeout), "waiting for the reply to \(event)")
    }

    /// Takes messages in until the reply to `ref` is among them.
    ///
    /// - Returns: the `response` of a reply that is `ok`.
    func reply(to ref: String, by deadline: Deadline, _ purpose: String) throws(ClientError) -> JSONView {
        awaited = ref
        defer {
            awaited = nil
            answer = nil
        }
        while true {
            if let reply = answer {
                guard reply.payload["status"]?.equals("ok") == true, let response = reply.payload["response"] else {
                    throw .refused(Refusal(reply.payload["response"]))
                }
                return response
            }
            guard socket != nil else { throw lastFailure }
            guard !deadline.isPast else { throw .timedOut(purpose) }
            guard events.count < options.eventLimit else { throw .overrun(limit: options.eventLimit) }
            try step(by: deadline)
        }
    }

    func send(joinRef: String?, ref: String, topic: String, event: String, payload: JSONValue) throws(ClientError) {
        guard let socket else { throw lastFailure }
        do throws(ClientError) {
            try socket.send(.text(RealtimeMessage.bytes(joinRef: joinRef, ref: ref, topic: topic, event: event, payload: payload)))
        } catch {
            disconnected(error)
            throw error
        }
    }
}
