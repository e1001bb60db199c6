import Frames
import Testing

@Suite("Frame blocks") struct FrameBlockTests {
    struct Truncated: Error {}

    /// A decoder as plain as RFC 6455 §5.2 reads.
    func decode(_ bytes: [UInt8]) throws -> [(first: UInt8, payload: [UInt8], end: Int)] {
        var frames: [(first: UInt8, payload: [UInt8], end: Int)] = []
        var rest = bytes[...]
        while let first = rest.popFirst() {
            guard let short = rest.popFirst() else { throw Truncated() }
            #expect(short < 128, "server frames are not masked")
            let lengthBytes = short == 127 ? 8 : short == 126 ? 2 : 0
            let length = lengthBytes == 0 ? Int(short) : rest.prefix(lengthBytes).reduce(0) { $0 * 256 + Int($1) }
            rest = rest.dropFirst(lengthBytes)
            #expect(length >= [0: 0, 2: 126, 8: 65536][lengthBytes] ?? 0, "the shortest form is required")
            guard rest.count >= length else { throw Truncated() }
            frames.append((first, Array(rest.prefix(length)), rest.startIndex + length))
            rest = rest.dropFirst(length)
        }
        return frames
    }

    func payload(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) } }

    @Test("encodes payloads of every header size the same by all three ways", arguments: [0, 1, 125, 126, 127, 65535, 65536, 70000])
    func lengths(_ count: Int) throws {
        let payload = payload(count)
        var builder = FrameBlockBuilder()
        builder.append(.text, payload: payload)
        builder.append(.binary, payload: payload.span)
        builder.append(.text) { $0.append(contentsOf: payload) }
        let size = builder.count
        let block = builder.take()
        #expect(block.count == size)
        let frames = try decode(block.bytes)
        #expect(frames.map(\.first) == [0x81, 0x82, 0x81])
        #expect(frames.allSatisfy { $0.payload == payload })
        #expect(size == 3 * (count + (count < 126 ? 2 : count < 65536 ? 4 : 10)))
    }

    @Test("writes the bytes of RFC 6455 §5.7")
    func knownBytes() {
        var builder = FrameBlockBuilder()
        builder.append(.text) { $0.append(contentsOf: "Hello".utf8) }
        builder.append(.binary) { $0.append(contentsOf: repeatElement(7, count: 256)) }
        builder.append(.binary) { $0.append(contentsOf: repeatElement(7, count: 65536)) }
        let bytes = builder.take().bytes
        #expect(Array(bytes[..<7]) == [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f])
        #expect(Array(bytes[7..<11]) == [0x82, 0x7e, 0x01, 0x00])
        #expect(Array(bytes[267..<277]) == [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test("leaves nothing behind when a payload's writer throws")
    func throwing() throws {
        struct Refusal: Error {}
        var builder = FrameBlockBuilder()
        builder.append(.text, payload: [1, 2, 3])
        let before = builder.count
        var caught = false
        do throws(Refusal) {
            try builder.append(.text) { (buffer: inout [UInt8]) throws(Refusal) in
                buffer.append(contentsOf: repeatElement(9, count: 1000))
                throw Refusal()
            }
        } catch {
            caught = true
        }
        #expect(caught)
        let after = builder.count
        #expect(after == before)
        builder.append(.binary, payload: [4])
        #expect(builder.take().bytes == [0x81, 3, 1, 2, 3, 0x82, 1, 4])
    }

    @Test("starts afresh after a block is taken")
    func reuse() {
        var builder = FrameBlockBuilder()
        let isEmptyAtFirst = builder.isEmpty
        builder.append(.text, payload: [1])
        let isEmptyThen = builder.isEmpty
        let first = builder.take()
        let isEmptyAfterwards = builder.isEmpty
        #expect(isEmptyAtFirst && !isEmptyThen && isEmptyAfterwards)
        builder.append(.text, payload: [2])
        #expect(first.bytes == [0x81, 1, 1])
        #expect(builder.take().bytes == [0x81, 1, 2])
        #expect(builder.take().bytes == [])
    }

    @Test("cuts at frame boundaries, never below one frame")
    func boundaries() {
        var builder = FrameBlockBuilder()
        for count in [1, 200, 0, 70000, 3] { builder.append(.text, payload: payload(count)) }
        let block = builder.take()
        // Frames end at 3, 207, 209, 70219 and 70224.
        #expect(block.count == 70224)
        #expect([0, 2, 3, 206].map { block.end(ofFramesFrom: 0, upTo: $0) } == [3, 3, 3, 3])
        #expect([207, 208, 209, 70218].map { block.end(ofFramesFrom: 0, upTo: $0) } == [207, 207, 209, 209])
        #expect([70219, 70224, .max].map { block.end(ofFramesFrom: 0, upTo: $0) } == [70219, 70224, 70224])
        #expect(block.end(ofFramesFrom: 209, upTo: 10) == 70219)
        #expect(block.end(ofFramesFrom: 70219, upTo: 4) == 70224)
        #expect(block.end(ofFramesFrom: 70224, upTo: 100) == 70224)
    }

    @Test("agrees with a plain decoder on random blocks", arguments: 1...20)
    func random(_ seed: UInt64) throws {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var builder = FrameBlockBuilder()
        var expected: [[UInt8]] = []
        for _ in 0..<next(40) + 1 {
            let payload = payload(next(10) == 0 ? next(80_000) : next(400))
            expected.append(payload)
            if next(2) == 0 { builder.append(.text, payload: payload) } else { builder.append(.text) { $0 += payload } }
        }
        let block = builder.take()
        let frames = try decode(block.bytes)
        #expect(frames.map(\.payload) == expected)
        let ends = frames.map(\.end)
        for _ in 0..<200 {
            let start = ([0] + ends)[next(ends.count)]
            let limit = next(100_000)
            let fitting = ends.last { $0 > start && $0 - start <= limit } ?? ends.first { $0 > start }
            #expect(block.end(ofFramesFrom: start, upTo: limit) == fitting)
        }
    }
}
