import Glibc
import Testing

@testable import System

@Suite("Service manager, signals, environment") struct ServiceManagerTests {
    /// Receives one datagram on a socket of this name.
    private func receive(on name: String, whenSent send: () -> Bool) throws -> String {
        let address = try #require(SocketAddress(name))
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(number) }
        let bound = unsafe address.withUnsafePointer { unsafe bind(number, $0, $1) }
        try #require(bound == 0)
        try #require(send())
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = unsafe recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    @Test("tells systemd through a path and through an abstract name", arguments: ["/tmp/sluice-notify-", "@sluice-notify-"])
    func notify(_ prefix: String) throws {
        let name = prefix + String(Randomness.uint64())
        defer { try? File(name).remove() }
        let message = try receive(on: name) { ServiceManager.notify("READY=1\nSTATUS=up", socket: name) }
        #expect(message == "READY=1\nSTATUS=up")
    }

    @Test(
        "says when nobody was told",
        arguments: ["", "relative", "/none/socket", "@sluice-nobody", "/" + String(repeating: "a", count: 108)])
    func nobody(_ name: String) {
        #expect(!ServiceManager.notify("READY=1", socket: name))
    }

    @Test("does nothing without systemd", .enabled(if: Environment.value(of: "NOTIFY_SOCKET") == nil))
    func withoutServiceManager() {
        #expect(!ServiceManager.notify("READY=1"))
    }

    @Test("waits for a blocked signal in a thread")
    func signals() throws {
        let taken = Mailbox<Int32>(byteLimit: 1)
        try Thread.start(name: "signals") {
            Signals.block([Signals.user1, Signals.user2])
            pthread_kill(pthread_self(), Signals.user2)
            _ = taken.put(Signals.wait([Signals.user1, Signals.user2]), bytes: 1)
        }.join()
        #expect(taken.takeAll(waitUpTo: 0) == [Signals.user2])
    }

    @Test("a write to a closed pipe fails rather than ends the process")
    func brokenPipe() {
        Signals.ignoreBrokenPipes()
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        close(ends[0])
        let count = unsafe write(ends[1], [1], 1)
        #expect(count == -1)
        #expect(errno == EPIPE)
        close(ends[1])
    }

    @Test("reads variables")
    func environment() {
        #expect(Environment.value(of: "PATH")?.isEmpty == false)
        #expect(Environment.value(of: "SLUICE_NO_SUCH_VARIABLE") == nil)
    }
}
