internal import Client
internal import System

/// `sluice demo`: fake uploaders that really publish over the socket.
enum DemoCommand: Command {
    static let name = "demo"
    static let summary = "fake uploads that really publish, fail, retry and obey stops"
    static let help = """
        sluice demo
        sluice demo --uploads 200 --rate 5

          --uploads N      how many at once (default 20)
          --rate R         progress updates per second and upload (default 2)
        \(Connecting.help)

        Runs until interrupted. An upload that ends is followed by a new one.
        """

    static func run(_ words: [String]) throws(CommandError) -> ExitCode {
        let arguments = try Arguments(words, options: Connecting.options.union(["uploads", "rate"]))
        try arguments.refuseWords()
        let uploads = try arguments.integer("uploads", in: 1...10_000, default: 20)
        let rate = try arguments.integer("rate", in: 1...1000, default: 2)
        let connecting = try Connecting(arguments)
        Signals.block([Signals.terminate, Signals.interrupt])
        let demonstration: Demonstration
        do throws(SystemError) {
            demonstration = try Demonstration.start(url: connecting.url, token: connecting.token, uploads: uploads, rate: rate)
            _ = try Thread.start(name: "signals") {
                _ = Signals.wait([Signals.terminate, Signals.interrupt])
                demonstration.stop()
            }
        } catch {
            throw CommandError(local: error)
        }
        if let error = demonstration.wait() { throw CommandError(error) }
        return .ok
    }
}
