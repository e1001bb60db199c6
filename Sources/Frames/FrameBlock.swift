/// Whole, unmasked, final WebSocket server frames, back to back: encoded once, handed by reference to every connection that gets them.
package final class FrameBlock: Sendable {
    package let bytes: [UInt8]

    /// - Parameter bytes: frames as `FrameBlockBuilder` lays them out.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var count: Int { bytes.count }

    /// The end of as many whole frames from `start` as fit into `limit` bytes, of the first one even when it does not fit.
    ///
    /// Takes a step per frame. At the block's end it answers `count`.
    /// - Parameter start: where a frame begins: 0, or what this function answered before.
    package func end(ofFramesFrom start: Int, upTo limit: Int) -> Int {
        guard start < bytes.count else { return bytes.count }
        var end = FrameHeader.end(ofFrameAt: start, in: bytes)
        while end < bytes.count {
            let next = FrameHeader.end(ofFrameAt: end, in: bytes)
            guard next - start <= limit else { break }
            end = next
        }
        return end
    }
}
