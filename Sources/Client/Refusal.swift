import JSON

/// The broker's no, in REST's four keys. A refused join has its code in front of the message, as in `InvalidJWTToken: Token has expired …`.
package struct Refusal: Hashable, Sendable, CustomStringConvertible {
    /// Such as `42501` or `InvalidJWTToken`; empty when the broker gave none.
    package let code: String
    package let message: String
    package let details: String?
    package let hint: String?

    package init(code: String, message: String, details: String? = nil, hint: String? = nil) {
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
    }

    /// From a reply's `response` or a REST error's body: the four keys, or `reason` alone.
    init(_ response: JSONView?) {
        if let reason = response?["reason"]?.string {
            let parts = reason.split(separator: ": ", maxSplits: 1)
            let hasCode = parts.count == 2 && !parts[0].contains(" ")
            self.init(code: hasCode ? String(parts[0]) : "", message: hasCode ? String(parts[1]) : reason)
        } else {
            self.init(
                code: response?["code"]?.string ?? "", message: response?["message"]?.string ?? "no reason given",
                details: response?["details"]?.string, hint: response?["hint"]?.string)
        }
    }

    package var description: String { code.isEmpty ? message : "\(code): \(message)" }
}
