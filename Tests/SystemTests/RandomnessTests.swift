import System
import Testing

@Suite("Randomness") struct RandomnessTests {
    @Test("gives as many bytes as asked for, and never the same", arguments: [0, 1, 16, 256, 257, 1000])
    func bytes(_ count: Int) {
        let first = Randomness.bytes(count)
        #expect(first.count == count)
        #expect(count < 16 || first != Randomness.bytes(count))
        #expect(count < 256 || first.suffix(64).contains { $0 != 0 })
    }

    @Test("gives numbers that differ")
    func numbers() {
        #expect(Randomness.uint64() != Randomness.uint64())
    }

    @Test("makes version 4 UUIDs in lower case")
    func uuids() {
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 {
            let uuid = Randomness.uuid()
            let text = String(decoding: uuid, as: UTF8.self)
            #expect(text.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
            #expect(text.allSatisfy { "0123456789abcdef-".contains($0) })
            #expect(uuid[14] == UInt8(ascii: "4"))
            #expect("89ab".utf8.contains(uuid[19]))
            seen.insert(uuid)
        }
        #expect(seen.count == 1000)
    }
}
