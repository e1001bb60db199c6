internal import Store

/// The words behind a subcommand, taken apart: options with values, switches, and the rest in order.
///
/// `--name value` and `--name=value` are the same; `--` ends the options. An unknown option is an error that names the nearest known one.
struct Arguments {
    private(set) var positional: [String] = []
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []

    /// - Parameters:
    ///   - options: names that take a value, without dashes.
    ///   - flags: names that take none.
    init(_ words: [String], options: Set<String> = [], flags: Set<String> = []) throws(CommandError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positional += rest
                return
            }
            guard word.hasPrefix("--"), word.count > 2 else {
                positional.append(word)
                continue
            }
            let body = word.dropFirst(2)
            let name = String(body.prefix { $0 != "=" })
            let attached = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
            if flags.contains(name) {
                guard attached == nil else { throw CommandError("--\(name) takes no value", .usage) }
                switches.insert(name)
            } else if options.contains(name) {
                guard let value = attached ?? rest.popFirst() else { throw CommandError("--\(name) needs a value", .usage) }
                values[name, default: []].append(value)
            } else {
                let near = Suggestion.text(for: name, among: options.union(flags).sorted())
                throw CommandError("unknown option --\(name)\(near)", .usage)
            }
        }
    }

    /// For commands that take options alone.
    func refuseWords() throws(CommandError) {
        if let word = positional.first { throw CommandError("unexpected '\(word)'", .usage) }
    }

    func has(_ flag: String) -> Bool { switches.contains(flag) }

    /// The last value given for an option.
    func value(_ option: String) -> String? { values[option]?.last }

    func all(_ option: String) -> [String] { values[option] ?? [] }

    /// A whole number within bounds.
    func integer(_ option: String, in range: ClosedRange<Int>, default fallback: Int) throws(CommandError) -> Int {
        guard let text = value(option) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw CommandError("--\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound)", .usage)
        }
        return number
    }

    /// A length of time such as `90s`, `12h`, `30d`, in seconds.
    func seconds(_ option: String, default fallback: Int) throws(CommandError) -> Int {
        guard let text = value(option) else { return fallback }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "y": 31_536_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), (1...1_000_000).contains(count) else {
            throw CommandError("--\(option) takes a time such as 90s, 30m, 12h or 30d", .usage)
        }
        return count * unit
    }
}
