internal import SQLite
internal import Transport

/// What this binary is made of.
package struct Version: Sendable {
    package let number: String
    package let swift: String
    package let sqlite: String
    package let libwebsockets: String
    package let platform: String

    package static var current: Version {
        Version(
            number: "0.1.0", swift: compiler, sqlite: Connection.libraryVersion, libwebsockets: LibraryLog.libraryVersion,
            platform: platform)
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or newer"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var platform: String {
        #if arch(x86_64)
            "linux-x86_64"
        #else
            "linux-aarch64"
        #endif
    }
}
