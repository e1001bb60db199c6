internal import System

/// What a process on this machine has used so far, as /proc tells it.
struct ProcessUsage {
    private let pid: String

    /// Nil when there is no such process.
    init?(pid: String) {
        guard !pid.isEmpty, pid.utf8.allSatisfy({ (0x30...0x39).contains($0) }), File("/proc/\(pid)/stat").exists else { return nil }
        self.pid = pid
    }

    /// User and system time of all threads, in seconds. The kernel counts in hundredths. Source: proc(5), `stat` fields 14 and 15.
    var cpuSeconds: Double {
        // The name in parentheses may hold spaces, so fields count from behind it: 14 and 15 are numbers 11 and 12 there.
        let fields = text("stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / 100
    }

    /// Resident memory in bytes.
    var residentBytes: Int {
        let line = text("status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }

    private func text(_ name: String) -> String {
        (try? File("/proc/\(pid)/\(name)").read(limit: 1 << 16)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
