// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ module: String, _ package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: module, providers: [.apt([package])])
}

/// A room: one folder, one sentence of purpose, imports that point downwards only.
func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    targets: [
        library("CLibWebSockets", "libwebsockets", "libwebsockets-dev"),
        library("CSQLite", "sqlite3", "libsqlite3-dev"),
        library("CCrypto", "libcrypto", "libssl-dev"),
        .systemLibrary(name: "CEpoll"),
        .systemLibrary(name: "CThreads"),

        room("System", ["CThreads"], exclude: ["DESIGN.md"]),
        room("Telemetry", ["JSON", "System"]),
        room("JSON", exclude: ["DESIGN.md"]),
        room("Frames"),
        room("Access", ["CCrypto", "JSON", "System"], exclude: ["DESIGN.md"]),
        room("Transport", ["CLibWebSockets", "Frames", "System", "Telemetry"]),
        room("SQLite", ["CSQLite"]),
        room("Store", ["SQLite", "Access", "JSON", "System"]),
        room("Engine", ["Store", "SQLite", "Access", "JSON", "System", "Telemetry"]),
        room("REST", ["Engine", "Store", "SQLite", "Access", "JSON"], exclude: ["DESIGN.md"]),
        room("Realtime", ["Engine", "Store", "SQLite", "Access", "JSON", "Frames"], exclude: ["DESIGN.md"]),
        room(
            "Broker",
            ["REST", "Realtime", "Engine", "Store", "SQLite", "Access", "Transport", "Frames", "JSON", "Telemetry", "System"],
            exclude: ["DESIGN.md"]),
        room("Client", ["CEpoll", "JSON", "Frames", "System", "Access"], exclude: ["DESIGN.md"]),
        .executableTarget(
            name: "sluice", dependencies: ["Broker", "Client", "Store", "Access", "JSON", "System"], swiftSettings: settings),

        tests("JSONTests", ["JSON"]),
        tests("StoreTests", ["Store", "SQLite", "Access", "JSON", "System"]),
        tests("SQLiteTests", ["SQLite"]),
        tests("FramesTests", ["Frames"]),
        tests("SystemTests", ["System"]),
        tests("TelemetryTests", ["Telemetry", "JSON"]),
        tests("AccessTests", ["Access", "JSON"]),
        tests("TransportTests", ["Transport", "Frames", "System"]),
        tests("ClientTests", ["Client", "JSON", "Frames", "System", "Access"]),
        tests("EngineTests", ["Engine", "Store", "SQLite", "Access", "System"]),
        tests("RESTTests", ["REST", "Engine", "Store", "SQLite", "Access", "JSON", "System"]),
        tests(
            "BrokerTests",
            ["Broker", "Client", "REST", "Realtime", "Engine", "Store", "SQLite", "Access", "Transport", "JSON", "Telemetry", "System"]),
        tests("RealtimeTests", ["Realtime", "Engine", "Store", "SQLite", "Access", "JSON", "Frames"]),
    ]
)
