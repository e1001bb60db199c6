/// What a broker answered to a request. Source: RFC 9112.
package struct HTTPAnswer: Sendable {
    package let status: Int
    /// In the order in which they came.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// 200 to 299.
    package var isSuccess: Bool { 200...299 ~= status }
}
