/// Events that wait to be taken, first in, first out.
struct EventQueue {
    private var events: [RealtimeEvent] = []
    private var taken = 0

    var count: Int { events.count - taken }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ event: RealtimeEvent) { events.append(event) }

    mutating func popFirst() -> RealtimeEvent? {
        guard taken < events.count else { return nil }
        let event = events[taken]
        taken += 1
        if taken == events.count {
            events.removeAll(keepingCapacity: taken <= 1024)
            taken = 0
        }
        return event
    }
}
