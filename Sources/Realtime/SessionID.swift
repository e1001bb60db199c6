/// One client's connection as the hub knows it: unique within an event loop for as long as the loop lives.
package struct SessionID: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
}
