/// The channels of one loop that are joined to a topic, for broadcasts. Confined to the loop.
final class Topic {
    private(set) var members: [Channel] = []

    func insert(_ channel: Channel) {
        channel.placeInTopic = members.count
        members.append(channel)
    }

    func remove(_ channel: Channel) {
        let last = members.removeLast()
        guard last !== channel else { return }
        members[channel.placeInTopic] = last
        last.placeInTopic = channel.placeInTopic
    }
}
