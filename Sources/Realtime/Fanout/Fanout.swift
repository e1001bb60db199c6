internal import Frames
internal import Store

/// The audiences of one loop, and the way from changes to their frames. Confined to the loop.
final class Fanout {
    private let limits: RealtimeLimits
    let epochs: EpochHistory
    private var audiences: [Audience.Key: Audience] = [:]
    private var shapes: [RowShape.Key: RowShape] = [:]
    private var index = BindingIndex()
    /// Grows by one with each look at a change, so that encodings know theirs.
    private var serial = 0
    private var changed: [Audience] = []
    private var touched: [Audience] = []

    init(epochs: EpochHistory, limits: RealtimeLimits) {
        self.epochs = epochs
        self.limits = limits
    }

    var audienceCount: Int { audiences.count }

    /// Puts a channel into the audience of its bindings; `access` holds one rule per binding and table, in their order.
    func join(_ channel: Channel, bindings: [Binding], access: [Predicate], starts: [SequenceNumber]) {
        let key = Audience.Key(
            topic: channel.topic.bytes, version: channel.session.version,
            bindings: bindings.map { Audience.BoundSpec(id: $0.id, spec: $0.spec) }, starts: starts, access: access)
        let audience = audiences[key] ?? open(key, bindings)
        audience.insert(channel)
        channel.audience = audience
    }

    func leave(_ channel: Channel) {
        guard let audience = channel.audience else { return }
        audience.remove(channel)
        channel.audience = nil
        guard audience.members.isEmpty else { return }
        audiences[audience.key] = nil
        for subscription in audience.subscriptions {
            index.remove(subscription)
            subscription.shape.users -= 1
            if subscription.shape.users == 0 { shapes[subscription.shape.key] = nil }
        }
    }

    private func open(_ key: Audience.Key, _ bindings: [Binding]) -> Audience {
        let audience = Audience(key, limits: limits)
        var access = key.access[...]
        var subscriptions: [Subscription] = []
        for (place, binding) in bindings.enumerated() {
            for scope in binding.scopes {
                let rule = access.popFirst() ?? .never
                let shape = shape(scope)
                shape.users += 1
                subscriptions.append(Subscription(binding, at: place, scope: scope, access: rule, shape: shape, audience: audience))
            }
        }
        audience.subscribe(subscriptions)
        // What is never allowed to be seen need not be looked at.
        for subscription in subscriptions where subscription.access != .never { index.insert(subscription) }
        audiences[key] = audience
        return audience
    }

    private func shape(_ scope: Binding.Scope) -> RowShape {
        let key = RowShape.Key(table: scope.table.id, columns: scope.columns)
        if let shape = shapes[key] { return shape }
        let shape = RowShape(scope.table, columns: scope.columns)
        shapes[key] = shape
        return shape
    }

    /// Gathers a change's frames in the audiences that it concerns.
    func gather(_ change: Change, in pass: Audience.Pass, counters: inout RealtimeCounters) {
        serial &+= 1
        counters.changesMatched += 1
        var judged = 0
        index.forEachCandidate(of: change) { subscription in
            let audience = subscription.audience
            guard audience.isWaiting(for: change, in: pass), audience.hasBegun(subscription.binding, at: change.sequence) else { return }
            judged += 1
            guard let presentation = subscription.presentation(of: change) else { return }
            if audience.note(Audience.Match(subscription: subscription, presentation: presentation)) { changed.append(audience) }
        }
        counters.candidatesJudged += judged
        guard !changed.isEmpty else { return }
        let epoch = epochs.epoch(of: change.sequence)
        for audience in changed {
            if !audience.hasGathered {
                audience.hasGathered = true
                touched.append(audience)
            }
            audience.gather(change, in: pass, serial: serial, epoch: epoch, counters: &counters)
        }
        changed.removeAll(keepingCapacity: true)
    }

    /// The audiences that gathered something since the last time.
    func takeTouched() -> [Audience] {
        let result = touched
        touched = []
        for audience in result { audience.hasGathered = false }
        return result
    }
}
