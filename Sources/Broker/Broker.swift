internal import Access
internal import Engine
internal import REST
internal import Realtime
internal import SQLite
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
    /// A token of service_role, for what runs in this process.
    package let serviceToken: String
    private let lock: FileLock
    private let services: Services
    private let loops: [LoopHandle]

    /// How long clients may take to leave.
    private static let drainNanoseconds: Int64 = 2_000_000_000

    private init(url: String, serviceToken: String, lock: FileLock, services: Services, loops: [LoopHandle]) {
        self.url = url
        self.signInLink = "\(url)/monitoring#code=\(services.signIn.code)"
        self.serviceToken = serviceToken
        self.lock = lock
        self.services = services
        self.loops = loops
    }

    /// Reads the configuration, opens the data folder and serves.
    ///
    /// - Parameters:
    ///   - overrides: settings as `key=value`, over the environment and the file.
    /// - Throws: `ConfigurationError` for what is wrong in `configuration`; else what the environment refuses.
    package static func start(configuration: String, data: String, overrides: [String]) throws -> Broker {
        let settings = try SettingsLoader.load(
            file: "\(configuration)/sluice.json5", environment: Environment.value(of:), overrides: overrides)
        let folder = try ConfigurationFolder(reading: configuration)
        let log = Log(threshold: LogLevel(name: settings.logLevel) ?? .info)
        let place = DataFolder(path: data)
        let secrets = try place.secrets()
        let lock = try FileLock(path: place.lock)
        let gate = ReadGate()
        let engine = try Engine.open(
            path: place.database, configuration: EngineConfiguration(settings, reserve: File(place.reserve)),
            source: MailboxBlockSource(mailboxByteLimit: max(64 << 20, 2 * settings.limits.httpBodyBytes)), observer: EngineReport(log: log),
            gate: gate
        ) { connection in
            try SchemaLoader.load(connection: connection, configuration: folder, now: WallTime.microseconds())
        }
        let readers = try Readers(path: place.database, schema: engine.schema, gate: gate, threads: settings.readers)
        let services = Services(
            settings: settings, schema: engine.schema, engine: engine, epochs: try EpochHistory(reading: place.database), readers: readers,
            database: place.database, rest: RESTService(schema: engine.schema, configuration: RESTConfiguration(settings, epoch: engine.epoch)),
            realtimeLimits: RealtimeLimits(settings), authenticator: Authenticator(verifier: try settings.verifier(secrets.secret)),
            crossOrigin: CrossOrigin(origins: settings.origins), signIn: SignIn(signer: secrets.signer, now: WallTime.microseconds() / 1_000_000),
            files: try StaticFiles(folder: Folder(settings.web)), readiness: Readiness(), log: log, mailboxes: (0..<settings.loops).map { _ in LoopMailbox() })
        let listeners = services.mailboxes.map { engine.attach($0) }
        let loops = try startLoops(services, listeners: listeners)
        try engine.start { fault in
            // Whether the last COMMIT is in the file is not known: only a restart can tell, so nothing goes on here.
            StandardError.write(Array("sluice: \(fault)\n".utf8))
            Process.exitAtOnce(1)
        }
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let url = "http://\(host):\(loops[0].port)"
        log.notice(
            "broker", "serving",
            [
                .string("url", url), .string("epoch", engine.epoch.rawValue), .int("sequence", engine.head.rawValue),
                .int("tables", engine.schema.tables.count), .int("functions", engine.schema.functions.count),
            ])
        let now = WallTime.microseconds() / 1_000_000
        let token = secrets.signer.sign(role: .serviceRole, subject: nil, issuedAt: now, expiresAt: now + 365 * 86_400)
        return Broker(url: url, serviceToken: token, lock: lock, services: services, loops: loops)
    }

    private static func startLoops(_ services: Services, listeners: [Int]) throws -> [LoopHandle] {
        var handles: [LoopHandle] = []
        var port = UInt16(services.settings.port)
        for (index, listener) in listeners.enumerated() {
            let socket = try Listener.open(ListenAddress(host: services.settings.host, port: port))
            // The first loop settles the port; the others share it.
            port = socket.port
            let handle = try EventLoop.start(index: index, listener: socket, limits: TransportLimits(services.settings)) {
                LoopBridge { loop in LoopGateway(services: services, index: index, listener: listener, loop: loop) }
            }
            services.mailboxes[index].attach(handle)
            handles.append(handle)
        }
        return handles
    }

    /// Ends in order: no new connections, clients told to come back (1012), accepted writes committed and answered, the log emptied.
    ///
    /// - Returns: whether everything ended well.
    package func drain() -> Bool {
        services.log.notice("broker", "draining")
        services.readiness.drain()
        for mailbox in services.mailboxes { mailbox.put(.drain) }
        services.readiness.waitUntilEmpty(nanoseconds: Self.drainNanoseconds)
        services.engine.stop()
        services.readers.close()
        for mailbox in services.mailboxes { mailbox.put(.stop) }
        for loop in loops { loop.join() }
        services.log.notice("broker", "stopped", [.int("sequence", services.engine.head.rawValue)])
        return services.engine.state.fault == nil
    }
}
