internal import JSON

/// The payload of a `system` message. Source: supabase/realtime lib/extensions/postgres_cdc_rls/subscriptions.ex, supabase/realtime
/// lib/realtime_web/channels/realtime_channel.ex.
struct SystemNotice {
    /// Who speaks: `postgres_changes`, `system`, or `sluice` for what upstream does not have.
    var origin: String
    var isError = false
    var message: String
    /// The topic without `realtime:`; nil only where upstream leaves the key out.
    var channel: [UInt8]?

    func append(to output: inout [UInt8]) {
        output.appendText("{\"extension\":")
        output.appendJSONString(origin)
        output.appendText(",\"status\":\"")
        output.appendText(isError ? "error" : "ok")
        output.appendText("\",\"message\":")
        output.appendJSONString(message)
        if let channel {
            output.appendText(",\"channel\":")
            output.appendJSONString(channel)
        }
        output.appendText("}")
    }
}
