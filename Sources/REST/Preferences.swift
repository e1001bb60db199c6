/// What the `Prefer` header asks for; of each kind the first recognised value counts.
///
/// Source: docs/REST.md, Prefer; PostgREST src/PostgREST/ApiRequest/Preferences.hs.
struct Preferences: Hashable, Sendable {
    enum Return: String, Hashable, Sendable { case minimal, representation, headersOnly = "headers-only" }
    enum Resolution: String, Hashable, Sendable { case merge = "merge-duplicates", ignore = "ignore-duplicates" }
    enum Missing: String, Hashable, Sendable { case `default`, null }
    enum Count: String, Hashable, Sendable { case exact, planned, estimated }
    enum Handling: String, Hashable, Sendable { case strict, lenient }

    private(set) var returning: Return?
    private(set) var resolution: Resolution?
    private(set) var missing: Missing?
    /// All three are exact here: allowed, and clients cannot tell.
    private(set) var count: Count?
    private(set) var handling: Handling?
    private(set) var maxAffected: Int?
    /// What was not understood, as written.
    private(set) var invalid: [String] = []

    var isStrict: Bool { handling == .strict }

    /// The most rows that may be affected: armed by `handling=strict` only.
    var affectedLimit: Int? { isStrict ? maxAffected : nil }

    init(_ header: String?) {
        guard let header, !header.isEmpty else { return }
        for part in header.utf8.split(separator: UInt8(ascii: ",")) {
            let text = part.trimmingBlanks
            if !text.isEmpty { take(String(Substring(text))) }
        }
    }

    private mutating func take(_ preference: String) {
        let parts = preference.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1).map { String(Substring($0.trimmingBlanks)) }
        guard parts.count == 2 else { return invalid.append(preference) }
        let value = parts[1]
        let isKnown: Bool
        switch parts[0] {
        case "return": isKnown = Self.take(Return(rawValue: value), into: &returning)
        case "resolution": isKnown = Self.take(Resolution(rawValue: value), into: &resolution)
        case "missing": isKnown = Self.take(Missing(rawValue: value), into: &missing)
        case "count": isKnown = Self.take(Count(rawValue: value), into: &count)
        case "handling": isKnown = Self.take(Handling(rawValue: value), into: &handling)
        case "max-affected": isKnown = Self.take(Int(value).flatMap { $0 >= 0 ? $0 : nil }, into: &maxAffected)
        // Understood, and not honoured: transactions always commit.
        case "tx": isKnown = value == "commit" || value == "rollback"
        // Times are always UTC.
        case "timezone": isKnown = ["utc", "etc/utc", "gmt"].contains(value.lowercased())
        default: isKnown = false
        }
        if !isKnown { invalid.append(preference) }
    }

    private static func take<Value>(_ value: Value?, into place: inout Value?) -> Bool {
        if place == nil { place = value }
        return value != nil
    }

    /// Refuses what was not understood when `handling=strict` asks for it.
    func checkStrict() throws(RequestError) {
        if isStrict, !invalid.isEmpty { throw .preferences(invalid) }
    }

    /// What kind of request honours which preferences.
    enum Use { case read, insert(resolves: Bool), update, delete, call }

    /// The reply header that names what was honoured, if anything was.
    func applied(to use: Use) -> [RESTResponse.Header] {
        var parts: [String] = []
        switch use {
        case .insert(let resolves):
            if resolves, let resolution { parts.append("resolution=\(resolution.rawValue)") }
            if let missing { parts.append("missing=\(missing.rawValue)") }
        case .update: if let missing { parts.append("missing=\(missing.rawValue)") }
        case .read, .delete, .call: break
        }
        switch use {
        case .insert, .update, .delete: if let returning { parts.append("return=\(returning.rawValue)") }
        case .read, .call: break
        }
        if let count { parts.append("count=\(count.rawValue)") }
        if let handling { parts.append("handling=\(handling.rawValue)") }
        switch use {
        case .update, .delete, .call: if let affectedLimit { parts.append("max-affected=\(affectedLimit)") }
        case .read, .insert: break
        }
        return parts.isEmpty ? [] : [.init("Preference-Applied", parts.joined(separator: ", "))]
    }
}

extension Substring.UTF8View {
    /// The text without blanks and tabs at its ends.
    var trimmingBlanks: Substring.UTF8View {
        var text = self
        while let byte = text.first, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { text.removeFirst() }
        while let byte = text.last, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { text.removeLast() }
        return text
    }
}
