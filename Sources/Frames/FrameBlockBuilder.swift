/// Encodes messages as frames into one buffer, each in place. One owner; reused from block to block.
package struct FrameBlockBuilder: ~Copyable {
    package enum Opcode: UInt8, Sendable {
        case text = 1
        case binary = 2
    }

    /// Room left for a header while its payload is not known yet: that of 126 to 65535 bytes, the common case, which then need not move.
    private static let headerRoom = 4

    /// Bytes kept ready for the next block at most, so that one huge block does not stay for ever.
    private static let capacityLimit = 64 * 1024

    private var buffer: [UInt8] = []

    package init() {}

    /// Bytes of the frames so far, headers included.
    package var count: Int { buffer.count }
    package var isEmpty: Bool { buffer.isEmpty }

    /// Adds a message whose payload is at hand.
    package mutating func append(_ opcode: Opcode, payload: [UInt8]) {
        appendHeader(opcode, payload: payload.count)
        buffer.append(contentsOf: payload)
    }

    /// Adds a message whose payload is at hand.
    package mutating func append(_ opcode: Opcode, payload: Span<UInt8>) {
        appendHeader(opcode, payload: payload.count)
        buffer.append(addingCapacity: payload.count) { output in
            for index in payload.indices { output.append(payload[index]) }
        }
    }

    /// Adds a message whose payload `write` appends to the buffer; `write` must leave what stands there alone. When it throws, nothing is
    /// added.
    package mutating func append<E>(_ opcode: Opcode, _ write: (inout [UInt8]) throws(E) -> Void) throws(E) {
        let start = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.headerRoom))
        do throws(E) {
            try write(&buffer)
        } catch {
            buffer.removeSubrange(start...)
            throw error
        }
        let payload = buffer.count - start - Self.headerRoom
        precondition(payload >= 0, "a payload's writer removed bytes that were not its own")
        FrameHeader.write(opcode, payload: payload, over: Self.headerRoom, at: start, of: &buffer)
    }

    /// Hands over the frames added since the last time and starts afresh.
    package mutating func take() -> FrameBlock {
        let block = FrameBlock(buffer)
        let capacity = min(buffer.count, Self.capacityLimit)
        buffer = []
        buffer.reserveCapacity(capacity)
        return block
    }

    private mutating func appendHeader(_ opcode: Opcode, payload: Int) {
        let start = buffer.count
        let size = FrameHeader.size(payload: payload)
        buffer.append(contentsOf: repeatElement(0, count: size))
        FrameHeader.write(opcode, payload: payload, over: size, at: start, of: &buffer)
    }
}
