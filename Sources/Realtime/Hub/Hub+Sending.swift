internal import Frames
internal import JSON

extension Hub {
    /// Sends one message to one session; it is never dropped.
    func send(
        _ event: ServerFrame.Event, to session: Session, joinRef: [UInt8] = ServerFrame.null, ref: [UInt8] = ServerFrame.null,
        topic: [UInt8], payload: (inout [UInt8]) -> Void
    ) {
        var builder = FrameBlockBuilder()
        builder.append(.text) { output in
            ServerFrame.append(event, version: session.version, joinRef: joinRef, ref: ref, topic: topic, to: &output, payload: payload)
        }
        let block = builder.take()
        outlet.send(block, 0..<block.count, to: session.id, tag: -1, mark: 0)
    }

    /// A message about one channel that answers nothing.
    func push(_ event: ServerFrame.Event, on channel: Channel, joinRef: [UInt8]? = nil, payload: (inout [UInt8]) -> Void) {
        send(event, to: channel.session, joinRef: joinRef ?? channel.joinRef, topic: channel.topicJSON, payload: payload)
    }

    func notice(_ origin: String, _ message: String, isError: Bool = false, on channel: Channel) {
        push(.system, on: channel) {
            SystemNotice(origin: origin, isError: isError, message: message, channel: channel.subtopic).append(to: &$0)
        }
    }

    /// `phx_close` or `phx_error`: their ref is the join's.
    func end(_ event: ServerFrame.Event, on channel: Channel, reason: String? = nil) {
        send(event, to: channel.session, joinRef: channel.joinRef, ref: channel.joinRef, topic: channel.topicJSON) { output in
            guard let reason else { return output.appendText("{}") }
            output.appendText("{\"reason\":")
            output.appendJSONString(reason)
            output.appendText("}")
        }
    }

    /// `phx_reply` with status ok; `response` writes an object.
    func reply(
        to session: Session, joinRef: [UInt8] = ServerFrame.null, ref: [UInt8], topic: [UInt8],
        response: (inout [UInt8]) -> Void = { $0.appendText("{}") }
    ) {
        send(.reply, to: session, joinRef: joinRef, ref: ref, topic: topic) { output in
            output.appendText("{\"status\":\"ok\",\"response\":")
            response(&output)
            output.appendText("}")
        }
    }

    /// `phx_reply` with status error and a reason; the response is always an object (Python drops the frame otherwise).
    func refuse(_ reason: String?, to session: Session, joinRef: [UInt8] = ServerFrame.null, ref: [UInt8], topic: [UInt8]) {
        send(.reply, to: session, joinRef: joinRef, ref: ref, topic: topic) { output in
            output.appendText("{\"status\":\"error\",\"response\":{")
            if let reason {
                output.appendText("\"reason\":")
                output.appendJSONString(reason)
            }
            output.appendText("}}")
        }
    }
}
