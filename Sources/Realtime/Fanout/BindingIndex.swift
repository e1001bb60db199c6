internal import SQLite
internal import Store

/// Finds the subscriptions that a change may concern, without a look at the others: by table, then by an equality that rows must meet.
struct BindingIndex {
    /// Subscriptions that are looked up together. Removal moves the last one into the gap.
    final class Bucket {
        fileprivate(set) var subscriptions: [Subscription] = []
    }

    private final class TableIndex {
        var columns: [Int: [Value: Bucket]] = [:]
        let others = Bucket()
    }

    private var tables: [Int: TableIndex] = [:]

    mutating func insert(_ subscription: Subscription) {
        let bucket = bucket(for: subscription)
        subscription.bucket = bucket
        subscription.place = bucket.subscriptions.count
        bucket.subscriptions.append(subscription)
    }

    private mutating func bucket(for subscription: Subscription) -> Bucket {
        let index = tables[subscription.table.id] ?? TableIndex()
        tables[subscription.table.id] = index
        guard let (column, value) = subscription.equality else { return index.others }
        if let bucket = index.columns[column]?[value] { return bucket }
        let bucket = Bucket()
        index.columns[column, default: [:]][value] = bucket
        return bucket
    }

    mutating func remove(_ subscription: Subscription) {
        guard let bucket = subscription.bucket else { return }
        let last = bucket.subscriptions.removeLast()
        if last !== subscription {
            bucket.subscriptions[subscription.place] = last
            last.place = subscription.place
        }
        subscription.bucket = nil
        guard bucket.subscriptions.isEmpty, let (column, value) = subscription.equality else { return }
        let index = tables[subscription.table.id]
        index?.columns[column]?[value] = nil
        if index?.columns[column]?.isEmpty == true { index?.columns[column] = nil }
    }

    /// Calls `body` with each subscription that the change's old or new image may concern, once.
    func forEachCandidate(of change: Change, _ body: (Subscription) -> Void) {
        guard let index = tables[change.table.id] else { return }
        for subscription in index.others.subscriptions { body(subscription) }
        for (column, buckets) in index.columns {
            let value = change.new?.value(at: column)
            if let value, let bucket = buckets[value] {
                for subscription in bucket.subscriptions { body(subscription) }
            }
            guard let old = change.old?.value(at: column), old != value, let bucket = buckets[old] else { continue }
            for subscription in bucket.subscriptions { body(subscription) }
        }
    }
}
