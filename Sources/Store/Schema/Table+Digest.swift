import Access

extension Table {
    /// The digest of what clients can tell of a table; see `digest`.
    static func digest(name: String, _ shape: TableReader.Shape, _ policy: TablePolicy?) -> [UInt8] {
        var lines = [name]
        lines += shape.columns.map { "\($0.name) \($0.type.wireName) \($0.type.storage.rawValue)" }
        lines.append("key \(shape.primaryKey)")
        if let policy { lines += describe(policy) }
        return Digest.sha256(Array(lines.joined(separator: "\n").utf8))
    }

    private static func describe(_ policy: TablePolicy) -> [String] {
        var lines = ["realtime \(policy.isRealtime) \(policy.showsWholeOldRecord)", "owner \(policy.access.owner ?? -1)"]
        for role in Role.known {
            lines.append("\(role) \(Action.allCases.map { policy.access.rule(for: role, $0).rawValue })")
        }
        guard let lifecycle = policy.lifecycle else { return lines }
        func words(_ states: Set<[UInt8]>) -> [String] { states.map { String(decoding: $0, as: UTF8.self) }.sorted() }
        lines.append("lifecycle \(lifecycle.column) \(words(lifecycle.active)) \(words(lifecycle.final)) \(words(lifecycle.hold))")
        lines.append("finished \(lifecycle.finishedAt ?? -1) count \(lifecycle.heldCount ?? -1) acknowledge \(lifecycle.acknowledge ?? -1)")
        lines.append("through \(lifecycle.heldThrough.sorted()) by \(words(lifecycle.acknowledgedBy))")
        return lines
    }
}
