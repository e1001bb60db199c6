/// Times of one loop, in ticks: setting one and letting it fall due are O(1), however many thousands wait.
///
/// A ring of buckets, one per tick; a time further off than one turn of the ring stays in its bucket for another turn. Times are never
/// taken back: whoever set one looks, when it is due, whether it still means anything.
struct TimerWheel {
    /// What a time was set for.
    enum Key {
        case delegate(UInt64)
        /// Look whether the connection has been silent for too long.
        case silence(ConnectionID)
        /// A close that its peer has not let happen.
        case stuckClose(ConnectionID)
        case peer(UInt64)
        case accept
        case memory
    }

    private struct Entry {
        let due: UInt64
        let key: Key
    }

    /// Milliseconds per tick: coarse is fine for heartbeats, hang-ups and expiry.
    static let tickMilliseconds = 50
    /// 51 s per turn: the longest of the usual times goes round once.
    private static let bucketCount = 1024

    private var buckets = [[Entry]](repeating: [], count: bucketCount)
    /// The last tick that `advance` has come to.
    private(set) var now: UInt64 = 0
    private(set) var count = 0

    /// - Parameter milliseconds: rounded up to ticks; never due early.
    mutating func schedule(afterMilliseconds milliseconds: Int, _ key: Key) {
        schedule(afterTicks: Self.ticks(milliseconds: milliseconds) + 1, key)
    }

    mutating func schedule(afterTicks ticks: UInt64, _ key: Key) {
        let due = now + max(1, ticks)
        buckets[Int(due % UInt64(Self.bucketCount))].append(Entry(due: due, key: key))
        count += 1
    }

    static func ticks(milliseconds: Int) -> UInt64 {
        let whole = UInt64(clamping: milliseconds)
        return whole / UInt64(tickMilliseconds) + (whole % UInt64(tickMilliseconds) == 0 ? 0 : 1)
    }

    static func ticks(seconds: Int) -> UInt64 {
        // A thousand years are as good as more.
        UInt64(min(max(0, seconds), 1 << 35)) * UInt64(1000 / tickMilliseconds)
    }

    /// Moves to `tick` and takes out what is due, bucket by bucket; within a bucket in the order it was set.
    mutating func advance(to tick: UInt64) -> [Key] {
        guard tick > now else { return [] }
        var due: [Key] = []
        // After a long stop every bucket is looked at once.
        let first = max(now + 1, tick >= UInt64(Self.bucketCount) ? tick - UInt64(Self.bucketCount) + 1 : 0)
        now = tick
        guard count > 0 else { return [] }
        for passed in first...tick {
            let bucket = Int(passed % UInt64(Self.bucketCount))
            guard !buckets[bucket].isEmpty else { continue }
            var kept = 0
            for position in buckets[bucket].indices {
                let entry = buckets[bucket][position]
                if entry.due <= tick {
                    due.append(entry.key)
                } else {
                    buckets[bucket][kept] = entry
                    kept += 1
                }
            }
            count -= buckets[bucket].count - kept
            buckets[bucket].removeSubrange(kept...)
        }
        return due
    }
}
