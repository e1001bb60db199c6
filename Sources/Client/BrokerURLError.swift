/// Why a text is not the address of a broker.
package enum BrokerURLError: Error, Hashable, Sendable, CustomStringConvertible {
    case noScheme
    case scheme(String)
    case tls
    case userInfo
    case host
    case port(String)
    case path
    case query

    package var description: String {
        switch self {
        case .noScheme: "a URL begins with http:// or ws://"
        case .scheme(let scheme): "scheme \(scheme) is not http or ws"
        case .tls: "TLS is not supported yet"
        case .userInfo: "a URL holds no user or password here"
        case .host: "a URL needs a host name or an address"
        case .port(let text): "port \(text) is not a number from 1 to 65535"
        case .path: "a path holds neither spaces nor letters beyond ASCII"
        case .query: "a URL holds no query or fragment here"
        }
    }
}
