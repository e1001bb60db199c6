internal import Frames
internal import JSON

/// A broadcast on its way to the members of a topic. Immutable; one is shared by all loops.
package final class BroadcastMessage: Sendable {
    enum Content: Sendable {
        /// The payload object's text, relayed as it came.
        case text([UInt8])
        case user(UserBroadcast)
    }

    let topic: TopicName
    let content: Content

    init(topic: TopicName, content: Content) {
        self.topic = topic
        self.content = content
    }

    /// About how much it holds, in bytes.
    package var byteCount: Int {
        switch content {
        case .text(let payload): payload.count + topic.bytes.count
        case .user(let user): user.payload.count + topic.bytes.count
        }
    }

    /// The message as members of a version get it; nil when it cannot be said there: raw bytes in vsn 1.
    func frames(_ version: ProtocolVersion) -> FrameBlock? {
        var builder = FrameBlockBuilder()
        switch (content, version) {
        case (.text(let payload), _):
            builder.append(.text) { output in
                ServerFrame.append(.broadcast, version: version, topic: topic.json, to: &output) { $0.append(contentsOf: payload) }
            }
        case (.user(let user), .two):
            builder.append(.binary) { user.appendFrame(topic: topic.bytes, to: &$0) }
        case (.user(let user), .one):
            guard user.isJSON else { return nil }
            builder.append(.text) { output in
                ServerFrame.append(.broadcast, version: version, topic: topic.json, to: &output) { user.appendObject(to: &$0) }
            }
        }
        return builder.take()
    }
}

/// A topic that broadcasts go to: public and private channels of one name do not hear each other.
struct TopicName: Hashable, Sendable {
    static let prefix = Array("realtime:".utf8)

    /// With `realtime:`.
    let bytes: [UInt8]
    let isPrivate: Bool

    /// As a JSON string.
    var json: [UInt8] {
        var output: [UInt8] = []
        output.appendJSONString(bytes)
        return output
    }
}
