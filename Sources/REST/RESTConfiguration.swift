package import Access
package import JSON
package import Store

/// What an operator may set about the dialect. A limit of 0 is off unless said otherwise.
package struct RESTConfiguration: Sendable {
    /// The identity of this run over the file, sent with every read.
    package var epoch: Epoch
    /// The one schema there is, as `Accept-Profile` and messages name it.
    package var schemaName = "public"
    /// Roles that a token may name; any other is 401.
    package var roles = Set(Role.known)
    /// Caps the rows of reads and calls, silently, at every level.
    package var maxRows = 0
    /// Caps the bytes of one answer; never off.
    package var responseBytes = 32 << 20
    /// What a body may be as JSON.
    package var json = JSONLimits.wire
    /// Filters in one request.
    package var filterTerms = 20
    /// Values in one list.
    package var inValues = 100

    package init(epoch: Epoch) { self.epoch = epoch }
}
