internal import Store

extension Hub {
    /// Sets the cursor of a new channel from what its bindings ask.
    /// - Returns: whether all of it can be had.
    func setStart(of channel: Channel, _ requested: [JoinRequest.Start?]) -> Bool {
        var starts: [SequenceNumber] = []
        for start in requested {
            guard let start else {
                starts.append(head)
                continue
            }
            let sequence = SequenceNumber(start.sequence)
            guard let epoch = start.epoch, sequence >= .zero, epochs.knows(sequence, in: epoch) else {
                channel.cursor = head
                return false
            }
            starts.append(sequence)
        }
        channel.cursor = starts.min() ?? head
        channel.starts = starts.contains { $0 != channel.cursor } ? starts : []
        return true
    }

    /// Starts the flow of a channel that was answered.
    func begin(_ channel: Channel, isReachable: Bool) {
        if !isReachable {
            resync(channel)
        } else if max(channel.cursor, channel.starts.max() ?? .zero) > head {
            // Read from elsewhere, perhaps, before the block came to this loop; perhaps it never was.
            place(channel, .ahead)
        } else if channel.cursor == head {
            goLive(channel)
        } else {
            place(channel, channel.session.isCongested ? .parked : .ready)
        }
    }

    /// From here on the channel gets blocks as they come.
    func goLive(_ channel: Channel) {
        channel.cursor = head
        place(channel, .live)
        move(channel, starts: [])
    }

    /// The changes from the cursor on are not to be had: the client is told, and reads the tables again.
    func resync(_ channel: Channel) {
        counters.resyncs += 1
        channel.starts = []
        notice("sluice", "resync_required", on: channel)
        goLive(channel)
    }

    /// Channels whose cursor the loop has reached.
    func admitAhead() {
        guard !ahead.isEmpty else { return }
        let waiting = ahead
        ahead = []
        for channel in waiting where channel.position == .ahead {
            guard max(channel.cursor, channel.starts.max() ?? .zero) <= head else {
                ahead.append(channel)
                continue
            }
            place(channel, channel.session.isCongested ? .parked : .ready)
        }
    }
}
