/// What a parser accepts before it gives up on a document.
package struct JSONLimits: Sendable, Hashable {
    /// Nested containers; a scalar has depth 0, `[[]]` has depth 2.
    package var depth: Int
    /// Values and keys together, each 16 bytes on the tape; 16,777,215 at most.
    package var nodes: Int {
        didSet { nodes = min(nodes, JSONNode.countLimit) }
    }

    package init(depth: Int = 32, nodes: Int = 1_000_000) {
        self.depth = depth
        self.nodes = min(nodes, JSONNode.countLimit)
    }

    /// What peers send: request bodies and socket messages.
    package static let wire = JSONLimits()
    /// Files that the operator wrote.
    package static let config = JSONLimits(depth: 32, nodes: 100_000)
}
