internal import Frames

/// What waits to be sent on one connection: ranges of shared frame blocks, oldest first.
///
/// A segment belongs to a (connection, block) pair, so handing a block with many frames to many connections costs one reference per
/// connection and nothing per frame.
struct Outbox {
    /// The most bytes given to the socket in one write. The library's `tx_packet_size` is set to it.
    static let chunkBytes = 131_072
    /// A segment of at least this many bytes is written from its block; smaller ones are gathered into one write.
    private static let gatherBytes = 16_384

    private struct Segment {
        let block: FrameBlock
        let mark: Int64
        let tag: Int32
        var position: UInt32
        let end: UInt32
        /// Some of its bytes have been given away: the rest must follow.
        var isStarted = false

        var count: Int { Int(end - position) }
        var isDroppable: Bool { tag >= 0 }
    }

    private var segments: [Segment] = []
    private var first = 0
    /// Bytes that may be dropped, and bytes that may not.
    private(set) var droppableBytes = 0
    private(set) var controlBytes = 0

    var isEmpty: Bool { first == segments.count }
    var count: Int { segments.count - first }
    var bytes: Int { droppableBytes + controlBytes }

    mutating func append(_ block: FrameBlock, _ range: Range<Int>, tag: Int32, mark: Int64) {
        guard let start = UInt32(exactly: range.lowerBound), let end = UInt32(exactly: range.upperBound), end <= block.count else {
            preconditionFailure("a segment lies within its block, and a block is smaller than 4 GiB")
        }
        segments.append(Segment(block: block, mark: mark, tag: tag, position: start, end: end))
        if tag >= 0 { droppableBytes += range.count } else { controlBytes += range.count }
    }

    mutating func removeAll() {
        self = Outbox()
    }

    /// Takes out the droppable segments of which nothing has been given away, oldest first.
    mutating func dropUnsent() -> [(tag: Int32, mark: Int64)] {
        var dropped: [(tag: Int32, mark: Int64)] = []
        var kept: [Segment] = []
        for segment in segments[first...] {
            if segment.isDroppable && !segment.isStarted {
                dropped.append((segment.tag, segment.mark))
                droppableBytes -= segment.count
            } else {
                kept.append(segment)
            }
        }
        segments = kept
        first = 0
        return dropped
    }

    /// Offers the next bytes, whole frames in one piece, to `write`: from the block itself where that is a long piece or the only one,
    /// else gathered in `scratch`, which holds at least `chunkBytes`.
    /// - Returns: false when `write` failed; nothing is taken out then.
    mutating func writeNext(
        gatheringIn scratch: UnsafeMutableRawBufferPointer, _ write: (UnsafePointer<UInt8>, Int) -> Bool
    ) -> Bool {
        guard first < segments.count else { return true }
        let count = segments[first].count
        guard count < Self.gatherBytes, segments.count - first > 1 else {
            let length = chunkLength(segments[first])
            let written = unsafe segments[first].block.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return true }
                return unsafe write(base + Int(segments[first].position), length)
            }
            if written { take(length) }
            return written
        }
        var gathered = 0
        for segment in segments[first...] {
            guard gathered + segment.count <= Self.chunkBytes else { break }
            unsafe segment.block.bytes.withUnsafeBytes { bytes in
                let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(segment.position)..<Int(segment.end)])
                unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[gathered...]).copyMemory(from: piece)
            }
            gathered += segment.count
        }
        guard let base = scratch.baseAddress, unsafe write(UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), gathered) else {
            return false
        }
        take(gathered)
        return true
    }

    /// As many whole frames as fit into a chunk, but at least one.
    private func chunkLength(_ segment: Segment) -> Int {
        guard segment.count > Self.chunkBytes else { return segment.count }
        let start = Int(segment.position)
        return min(segment.block.end(ofFramesFrom: start, upTo: Self.chunkBytes), Int(segment.end)) - start
    }

    private mutating func take(_ count: Int) {
        var left = count
        while left > 0, first < segments.count {
            let taken = min(left, segments[first].count)
            left -= taken
            if segments[first].isDroppable { droppableBytes -= taken } else { controlBytes -= taken }
            if taken == segments[first].count {
                first += 1
            } else {
                segments[first].position += UInt32(taken)
                segments[first].isStarted = true
            }
        }
        if first == segments.count {
            segments.removeAll(keepingCapacity: segments.capacity <= 16)
            first = 0
        }
    }
}
