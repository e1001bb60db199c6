internal import System

/// Standard output for data, standard error for everything else; whole lines, written at once.
enum Terminal {
    static var isOutputTTY: Bool { StandardOutput.isTerminal }
    static var isInputTTY: Bool { Process.hasTerminalInput }

    /// Whether output may carry colours: a terminal, and neither NO_COLOR nor TERM=dumb.
    static var hasColours: Bool { isOutputTTY && Environment.value(of: "NO_COLOR") == nil && Environment.value(of: "TERM") != "dumb" }

    static func output(_ line: String) { StandardOutput.write(Array((line + "\n").utf8)) }

    static func error(_ line: String) { StandardError.write(Array((line + "\n").utf8)) }
}
