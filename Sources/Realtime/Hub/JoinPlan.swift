internal import JSON
internal import Store

/// The bindings of a join, judged: what is echoed, what is served, what is told instead.
struct JoinPlan {
    /// Every requested binding with its id, in order.
    private(set) var echoes: [(request: JSONView, id: BindingID)] = []
    /// The distinct bindings that are served.
    private(set) var bindings: [Binding] = []
    /// Per served binding, where its client wants to resume.
    private(set) var starts: [JoinRequest.Start?] = []
    private(set) var errors: [String] = []
    /// Who has an id.
    private var owners: [BindingID: BindingSpec?] = [:]
    private let head: SequenceNumber

    /// - Parameter head: where bindings begin that do not say.
    init(_ request: JoinRequest, schema: Schema, head: SequenceNumber, limits: RealtimeLimits) {
        self.head = head
        for view in request.bindings {
            guard let spec = parse(view, limits) else { continue }
            let id = claim(BindingID(of: spec), for: spec)
            echoes.append((view, id))
            do throws(BindingError) {
                try serve(spec, id, start: JoinRequest.start(view) ?? request.start, schema, limits)
            } catch { errors.append(error.message) }
        }
    }

    private mutating func parse(_ view: JSONView, _ limits: RealtimeLimits) -> BindingSpec? {
        do throws(BindingError) {
            return try BindingSpec(view, limits: limits)
        } catch {
            echoes.append((view, claim(BindingID(of: view.raw), for: nil)))
            errors.append(error.message)
            return nil
        }
    }

    private mutating func serve(
        _ spec: BindingSpec, _ id: BindingID, start: JoinRequest.Start?, _ schema: Schema, _ limits: RealtimeLimits
    ) throws(BindingError) {
        if let place = bindings.firstIndex(where: { $0.id == id }) {
            starts[place] = earlier(starts[place], start)
            return
        }
        bindings.append(try Binding(spec, id: id, schema: schema, limits: limits))
        starts.append(start)
    }

    /// The first free id from `id` on; equal specs share one.
    private mutating func claim(_ id: BindingID, for spec: BindingSpec?) -> BindingID {
        var id = id
        while let owner = owners[id], owner == nil || owner != spec { id = id.next }
        owners[id] = .some(spec)
        return id
    }

    private func earlier(_ left: JoinRequest.Start?, _ right: JoinRequest.Start?) -> JoinRequest.Start? {
        (left?.sequence ?? head.rawValue) <= (right?.sequence ?? head.rawValue) ? left : right
    }
}
