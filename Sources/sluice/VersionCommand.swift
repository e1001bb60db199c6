internal import Broker
internal import JSON

/// `sluice version`: what this binary is made of.
enum VersionCommand: Command {
    static let name = "version"
    static let summary = "print the version"
    static let help = """
        sluice version
        sluice version --json
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, flags: ["json"])
        try arguments.refuseWords()
        let version = Version.current
        if arguments.has("json") {
            let value: JSONValue = [
                "version": .string(version.number), "swift": .string(version.swift), "sqlite": .string(version.sqlite),
                "libwebsockets": .string(version.libwebsockets), "platform": .string(version.platform),
            ]
            Terminal.output(String(decoding: value.bytes, as: UTF8.self))
        } else {
            let parts = ["swift \(version.swift)", "sqlite \(version.sqlite)", "libwebsockets \(version.libwebsockets)", version.platform]
            Terminal.output("sluice \(version.number) (\(parts.joined(separator: ", ")))")
        }
        return .ok
    }
}
