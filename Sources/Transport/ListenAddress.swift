/// Where to listen: a numeric address or a name (the first address it stands for is taken), and a port; port 0 lets the system pick one.
package struct ListenAddress: Sendable {
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}
