internal import Access
internal import Engine
internal import Store
internal import System
internal import Telemetry
internal import Transport

/// A running broker: the data folder's lock, the engine, the readers and the event loops.
///
/// Made and stopped by one thread; what runs inside has threads of its own.
package final class Broker {
    /// Where it listens, as clients write it: `http://127.0.0.1:3001`.
    package let url: String
    /// The link that signs an operator in, once, within an hour.
    package let signInLink: String
    /// A token of service_role for what runs in this process; good for a year.
    package let serviceToken: String
    private let lock: FileLock
    private let services: Services
    private let loops: [LoopHandle]

    /// How long clients may take to leave.
    private static let drainNanoseconds: Int64 = 2_000_000_000
    /// Seconds that `serviceToken` lives.
    private static let tokenLifetime: Int64 = 365 * 86_400

    private init(url: String, serviceToken: String, lock: FileLock, services: Services, loops: [LoopHandle]) {
        self.url = url
        self.signInLink = "\(url)/monitoring#code=\(services.signIn.code)"
        self.serviceToken = serviceToken
        self.lock = lock
        self.services = services
        self.loops = loops
    }

    // MARK: Start

    /// Reads the configuration, opens the data folder and serves: when it returns, clients are answered.
    ///
    /// The caller keeps SIGPIPE ignored and the signals it waits for blocked. A process that gets an error ends: what was started by then
    /// is not taken back.
    /// - Parameters:
    ///   - configuration: the folder's path, as is `data`.
    ///   - overrides: settings as `key=value`, over the environment and the file.
    /// - Throws: `ConfigurationError` for what is wrong in `configuration`; `DataFolderInUse`; else what the environment refuses.
    package static func start(configuration: String, data: String, overrides: [String]) throws -> Broker {
        let settings = try SettingsLoader.load(
            configuration: configuration, environment: Environment.value(of:), overrides: overrides)
        let log = Log(threshold: settings.logLevel)
        LibraryLog.setSink { log.warning("transport", $0) }
        let folder = DataFolder(path: data)
        let lock = try folder.hold()
        // Before the database is touched: a port that is taken leaves it as it was.
        let listeners = try listen(settings)
        let secrets = try folder.secrets()
        let services = try Services(settings: settings, configuration: configuration, folder: folder, secrets: secrets, log: log)
        let loops = try startLoops(services, listeners)
        // Whether the last COMMIT is in the file is not known after a fault: only a restart can tell, so nothing goes on.
        try services.engine.start { fault in
            log.critical("engine", "the engine stopped", [.string("fault", fault.description)])
            Process.exitAtOnce(1)
        }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let now = WallTime.microseconds() / 1_000_000
        let broker = Broker(
            url: "http://\(host):\(loops.first?.port ?? settings.port)",
            serviceToken: secrets.signer.sign(role: .serviceRole, subject: nil, issuedAt: now, expiresAt: now + tokenLifetime),
            lock: lock, services: services, loops: loops)
        broker.logStart()
        return broker
    }

    /// One listening socket per loop, all on one port.
    private static func listen(_ settings: BrokerSettings) throws(TransportError) -> [Listener] {
        let first = try Listener.open(ListenAddress(host: settings.host, port: settings.port))
        var listeners = [first]
        while listeners.count < settings.loops {
            listeners.append(try Listener.open(ListenAddress(host: settings.host, port: first.port), joining: first))
        }
        return listeners
    }

    private static func startLoops(_ services: Services, _ listeners: [Listener]) throws(TransportError) -> [LoopHandle] {
        var handles: [LoopHandle] = []
        for (index, mailbox) in services.mailboxes.enumerated() {
            let number = services.engine.attach(mailbox)
            let handle = try EventLoop.start(index: index, listener: listeners[index], limits: TransportLimits(services.settings)) {
                LoopBridge { loop in LoopGateway(services: services, index: index, listener: number, loop: loop) }
            }
            mailbox.attach(handle)
            handles.append(handle)
        }
        return handles
    }

    private func logStart() {
        let engine = services.engine
        services.log.notice(
            "broker", "serving",
            [
                .string("url", url), .string("epoch", engine.epoch.rawValue), .int("sequence", engine.head.rawValue),
                .int("tables", engine.schema.tables.count), .int("functions", engine.schema.functions.count),
            ])
    }

    // MARK: While it runs

    /// Writes a line about the whole and one per loop to the log. Any number of times.
    package func report() {
        let state = services.engine.state
        services.log.notice(
            "broker", "state",
            [
                .int("sockets", services.census.count), .int("sequence", state.head.rawValue), .bool("writable", state.isWritable),
                .int("reads.waiting", services.readers.waitingJobs), .double("cpu.s", Double(CPUTime.nanoseconds()) / 1_000_000_000),
            ])
        for mailbox in services.mailboxes { mailbox.put(.report) }
    }

    // MARK: End

    /// Ends in order: no new connections, clients told to come back (1012), accepted writes committed and answered, the log emptied. Once.
    ///
    /// Takes as long as the clients, 2 s at most, and then as long as the writes and reads under way.
    /// - Returns: whether everything ended well.
    package func drain() -> Bool {
        services.log.notice("broker", "draining", [.int("sockets", services.census.count)])
        services.census.close()
        for mailbox in services.mailboxes { mailbox.put(.drain) }
        services.census.waitUntilEmpty(nanoseconds: Self.drainNanoseconds)
        let left = services.census.count
        // Their answers are in the mailboxes when these return, ahead of the stop.
        services.engine.stop()
        services.readers.close()
        for mailbox in services.mailboxes { mailbox.put(.stop) }
        for loop in loops { loop.join() }
        services.log.notice("broker", "stopped", [.int("sequence", services.engine.head.rawValue), .int("sockets.cut", left)])
        return services.engine.state.fault == nil
    }
}
