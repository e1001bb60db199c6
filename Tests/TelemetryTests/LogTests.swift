import JSON
import Synchronization
import Testing

@testable import Telemetry

@Suite("Log lines") struct LogTests {
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func log(_ format: LogFormat, threshold: LogLevel = .trace, overrides: [String: LogLevel] = [:]) -> Log {
            // 2026-01-15 10:00:00.500 UTC.
            Log(threshold: threshold, overrides: overrides, format: format, now: { 1_768_471_200_500_999 }) { bytes in
                self.lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
            }
        }

        var all: [String] { lines.withLock { $0 } }
    }

    let lines = Lines()

    @Test("JSON lines have time, level, message, component and flat fields")
    func json() {
        lines.log(.json).notice(
            "engine", "stop requested",
            [.string("id", "9f3c"), .int("count", 3), .double("share", 0.5), .bool("late", true), .redacted("token")])
        #expect(
            lines.all == [
                #"{"ts":"2026-01-15T10:00:00.500Z","level":"notice","msg":"stop requested","component":"engine","id":"9f3c","count":3,"#
                    + #""share":0.5,"late":true,"token":"[redacted]"}"# + "\n"
            ])
    }

    @Test(
        "the journal gets the priority first",
        arguments: zip(LogLevel.allCases, ["<7>", "<7>", "<6>", "<5>", "<4>", "<3>", "<2>"]))
    func journal(_ level: LogLevel, prefix: String) {
        lines.log(.journal).write(level, "c", "m")
        #expect(lines.all == [prefix + #"{"ts":"2026-01-15T10:00:00.500Z","level":"\#(level.name)","msg":"m","component":"c"}"# + "\n"])
    }

    @Test("a terminal gets time of day, level, message and fields, in colour if wanted")
    func terminal() {
        let entry = LogEntry(
            time: 0, level: .info, component: "engine", message: "stop requested",
            fields: [.string("id", "9f3c"), .string("by", "a b"), .string("none", ""), .int("n", -1)])
        let time = CivilTime(1_768_471_200_000_000, secondsEastOfUTC: 4 * 3600 + 137)
        var line: [UInt8] = []
        line.appendTerminal(entry, time, colors: false)
        #expect(String(decoding: line, as: UTF8.self) == #"14:02:17 INFO  stop requested id=9f3c by="a b" none="" n=-1"#)
        line = []
        line.appendTerminal(LogEntry(time: 0, level: .error, component: "", message: "m", fields: [.bool("k", false)]), time, colors: true)
        #expect(String(decoding: line, as: UTF8.self) == "14:02:17 \u{1b}[31mERROR\u{1b}[0m m \u{1b}[2mk=\u{1b}[0mfalse")
    }

    static let hostile = [
        "a\nb", "a\r\nb", "\u{1b}[31mred", "\u{9b}31m", "\u{0}", "\u{7f}", "\u{202e}evil", "\u{2028}", "tab\t", "\"q\"", "k=v", "\\n",
    ]

    @Test("no value breaks a line or steers a terminal", arguments: hostile)
    func escaping(_ text: String) throws {
        for format in [LogFormat.json, .journal, .terminal(colors: false)] {
            lines.log(format).info(text, text, [.string("k", text), .string(text, "v")])
        }
        for line in lines.all {
            #expect(line.hasSuffix("\n"))
            #expect(!line.dropLast().utf8.contains { $0 < 0x20 })
        }
        let root = try JSONDocument(parsing: Array(lines.all[0].utf8)).root
        #expect(root["msg"]?.string == text)
        #expect(root["k"]?.string == text)
        let terminal = lines.all[2].dropLast()
        #expect(!terminal.unicodeScalars.contains { [.control, .format, .lineSeparator].contains($0.properties.generalCategory) })
    }

    @Test(
        "values on a terminal show where they end",
        arguments: [
            ("a", "a"), ("a b", "\"a b\""), ("a\"b", "\"a\\\"b\""), ("a\nb", "\"a\\nb\""), ("é😀", "é😀"), ("\u{202e}x", "\\u{202e}x"),
        ])
    func words(_ text: String, shown: String) {
        var line: [UInt8] = []
        line.appendTerminal(
            LogEntry(time: 0, level: .info, component: "", message: "m", fields: [.string("k", text)]), CivilTime(0), colors: false)
        #expect(String(decoding: line, as: UTF8.self) == "00:00:00 INFO  m k=\(shown)")
    }

    @Test("writes nothing, and makes nothing, below the threshold, which may change")
    func threshold() {
        let log = lines.log(.json, threshold: .notice)
        var made = 0
        func message() -> String {
            made += 1
            return "m"
        }
        log.info("c", message(), [.string("k", message())])
        #expect(made == 0)
        log.notice("c", message())
        log.threshold = .info
        #expect(log.threshold == .info)
        log.info("c", message())
        log.debug("c", message())
        log.critical("c", message())
        #expect(made == 3)
        #expect(lines.all.count == 3)
    }

    @Test("a component may have its own threshold, lower or higher")
    func overrides() {
        let log = lines.log(.json, threshold: .notice, overrides: ["loud": .error, "curious": .trace])
        #expect(log.isEnabled(.trace, "curious"))
        #expect(!log.isEnabled(.trace, "other"))
        #expect(!log.isEnabled(.info, "other"))
        #expect(log.isEnabled(.notice, "other"))
        #expect(!log.isEnabled(.warning, "loud"))
        #expect(log.isEnabled(.error, "loud"))
    }

    @Test("every level has its method and a name to be configured by")
    func levels() {
        let log = lines.log(.json)
        log.trace("c", "m")
        log.debug("c", "m")
        log.info("c", "m")
        log.notice("c", "m")
        log.warning("c", "m")
        log.error("c", "m")
        log.critical("c", "m")
        let levels = lines.all.compactMap { try? JSONDocument(parsing: Array($0.utf8)).root["level"]?.string }
        #expect(levels == LogLevel.allCases.map(\.name))
        #expect(levels.map(LogLevel.init(name:)) == LogLevel.allCases)
        #expect(LogLevel(name: "loud") == nil)
        #expect(LogLevel.allCases.allSatisfy { $0.label.utf8.count == 5 })
    }

    @Test(
        "writes times as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999_999, "2000-02-29T23:59:59.999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"), (1_735_689_599_000_000, "2024-12-31T23:59:59.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"), (253_402_300_799_999_000, "9999-12-31T23:59:59.999Z"),
        ])
    func times(_ microseconds: Int64, text: String) {
        var bytes: [UInt8] = []
        CivilTime(microseconds).appendRFC3339(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
