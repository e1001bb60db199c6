/// The number that a client knows a binding by: stable over rejoins, never 0, at most 2²⁷. Source: supabase/realtime
/// lib/realtime_web/channels/realtime_channel.ex.
struct BindingID: Hashable {
    let rawValue: Int64

    private static let count: UInt64 = 1 << 27

    /// A hash of what the binding asks, so that equal bindings of different channels have one id and share their frames.
    init(of spec: BindingSpec) {
        var hash = Hash()
        hash.mix(spec.event.rawValue.utf8)
        hash.mix(spec.schema.utf8)
        hash.mix(spec.table.utf8)
        hash.mix(spec.filterText)
        for column in spec.select ?? [] { hash.mix(column.utf8) }
        hash.mix([spec.select == nil ? 0 : 1, spec.tellsLeaving ? 1 : 0, spec.showsSequence ? 1 : 0])
        self.init(hash)
    }

    /// Of a binding that says nothing, by its text.
    init(of text: some Sequence<UInt8>) {
        var hash = Hash()
        hash.mix(text)
        self.init(hash)
    }

    private init(_ hash: Hash) { rawValue = Int64((hash.state ^ hash.state >> 32) % Self.count) + 1 }

    init(rawValue: Int64) { self.rawValue = rawValue }

    /// Where a second binding goes whose hash is taken.
    var next: BindingID { BindingID(rawValue: rawValue == Int64(Self.count) ? 1 : rawValue + 1) }
}

/// FNV-1a of several texts, each with its end.
private struct Hash {
    private(set) var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func mix(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = (state ^ 0xff) &* 0x100_0000_01b3
    }
}
