/// What a timer is about, in the key that the outlet gives back: a kind above, an id of the hub below.
struct TimerKey {
    enum Kind: UInt64 {
        case refusal = 1
        case expiry, retry, resume
    }

    private static let idBits: UInt64 = 56

    let kind: Kind
    let id: UInt64

    init(_ kind: Kind, _ id: UInt64 = 0) {
        self.kind = kind
        self.id = id
    }

    init?(rawValue: UInt64) {
        guard let kind = Kind(rawValue: rawValue >> Self.idBits) else { return nil }
        self.init(kind, rawValue & (1 << Self.idBits - 1))
    }

    var rawValue: UInt64 { kind.rawValue << Self.idBits | id }
}

extension Hub {
    /// A time asked for with `schedule` has come. Keys that are not the hub's are ignored.
    package func timer(_ key: UInt64) {
        guard let key = TimerKey(rawValue: key) else { return }
        enter {
            switch key.kind {
            case .refusal: answerRefusal(key.id)
            case .expiry: checkExpiry(key.id)
            case .retry: isRetrying = false
            case .resume: break
            }
        }
    }
}
