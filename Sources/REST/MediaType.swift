/// What an answer may look like. Source: docs/REST.md, Accept; RFC 9110 section 12.5.1.
enum MediaType: Hashable, Sendable {
    case json
    case array(strippingNulls: Bool)
    /// Exactly one row, else the request fails and undoes what it did.
    case object(strippingNulls: Bool)
    case csv

    /// The value of the reply's `Content-Type`.
    var contentType: String {
        switch self {
        case .json, .array(strippingNulls: false): "application/json; charset=utf-8"
        case .array(strippingNulls: true): "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8"
        case .object(strippingNulls: false): "application/vnd.pgrst.object+json; charset=utf-8"
        case .object(strippingNulls: true): "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8"
        case .csv: "text/csv; charset=utf-8"
        }
    }

    var isObject: Bool { if case .object = self { true } else { false } }

    var stripsNulls: Bool { self == .array(strippingNulls: true) || self == .object(strippingNulls: true) }

    /// The first type of an `Accept` header, by quality and then by place, that can be made.
    init(accepting header: String?) throws(RequestError) {
        guard let header, header != "*/*", header != "application/json" else {
            self = .json
            return
        }
        let candidates = header.split(separator: ",").map(Candidate.init).enumerated().sorted {
            ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset)
        }.map(\.element)
        if let type = candidates.lazy.compactMap(\.type).first {
            self = type
        } else if candidates.isEmpty {
            self = .json
        } else {
            throw .mediaType(candidates.map(\.name))
        }
    }

    /// One element of an `Accept` header.
    private struct Candidate {
        /// As written, without its quality.
        let name: String
        let type: MediaType?
        /// 0…1
        let quality: Double

        init(_ text: Substring) {
            let parts = text.split(separator: ";").map { Substring($0.utf8.trimmingBlanks) }
            let kind = parts.first?.lowercased() ?? ""
            var quality = 1.0
            var strips = false
            var kept = [kind]
            for parameter in parts.dropFirst() {
                if parameter.hasPrefix("q=") {
                    quality = Double(parameter.dropFirst(2)).flatMap { $0.isFinite ? $0 : nil } ?? 1
                } else {
                    strips = strips || parameter == "nulls=stripped"
                    kept.append(String(parameter))
                }
            }
            name = kept.joined(separator: ";")
            self.quality = quality
            switch kind {
            case "*/*", "application/*", "application/json": type = .json
            case "application/vnd.pgrst.array", "application/vnd.pgrst.array+json": type = .array(strippingNulls: strips)
            case "application/vnd.pgrst.object", "application/vnd.pgrst.object+json": type = .object(strippingNulls: strips)
            case "text/csv": type = .csv
            default: type = nil
            }
        }
    }
}
