package import Engine
internal import JSON
internal import Store

/// A command whose outcome is awaited.
struct PendingCall {
    let session: SessionID
    let joinRef: [UInt8]
    let ref: [UInt8]
    let topic: [UInt8]
    let reply: SocketCommand.Reply
}

extension Hub {
    /// When the engine's mailbox, or the readers' queue, is full: PostgreSQL's `configuration_limit_exceeded`, of the class that REST
    /// answers with 503.
    static let tooBusy = Rejection(code: "53400", message: "too busy: the queue is full", hint: "Try again after a second.")

    func write(_ event: ClientEvent, _ message: ClientMessage, on channel: Channel) {
        let command: SocketCommand
        do throws(Rejection) {
            command = try SocketCommand(event, message.payload, schema: schema, limits: limits)
        } catch {
            return reject(error, PendingCall(channel, message.ref, .result(.void)))
        }
        let token = takeID()
        let call = PendingCall(channel, message.ref, command.reply)
        calls[token] = call
        guard !propose(command, token, byteCount: message.payload.raw.count, on: channel) else { return }
        calls[token] = nil
        reject(Self.tooBusy, call)
    }

    private func propose(_ command: SocketCommand, _ token: UInt64, byteCount: Int, on channel: Channel) -> Bool {
        if command.isReadOnly, case .call(let call) = command.kind {
            return outlet.callReadOnly(call, actor: channel.claims, token: token)
        }
        let address = ReplyAddress(listener: listener, token: token)
        let mutation = Mutation(command.kind, actor: channel.claims, idempotency: command.idempotency, replyTo: address)
        return outlet.propose(mutation, byteCount: byteCount)
    }

    /// What became of a mutation or a call, by the token it was sent with; others are ignored.
    package func replied(_ token: UInt64, _ outcome: Outcome) {
        guard let call = calls.removeValue(forKey: token), let session = sessions[call.session] else { return }
        enter {
            switch outcome {
            case .rejected(let rejection): reject(rejection, call)
            case .done(let applied):
                reply(to: session, joinRef: call.joinRef, ref: call.ref, topic: call.topic) {
                    OutcomeWriter(schema: schema).append(applied, call.reply, to: &$0)
                }
            }
        }
    }

    private func reject(_ rejection: Rejection, _ call: PendingCall) {
        guard let session = sessions[call.session] else { return }
        send(.reply, to: session, joinRef: call.joinRef, ref: call.ref, topic: call.topic) { output in
            output.appendText("{\"status\":\"error\",\"response\":")
            OutcomeWriter.append(rejection, to: &output)
            output.appendText("}")
        }
    }
}

extension PendingCall {
    fileprivate init(_ channel: Channel, _ ref: [UInt8], _ reply: SocketCommand.Reply) {
        self.init(session: channel.session.id, joinRef: channel.joinRef, ref: ref, topic: channel.topicJSON, reply: reply)
    }
}
