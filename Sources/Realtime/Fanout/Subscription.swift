internal import SQLite
internal import Store

/// A binding on one table in the index, on behalf of an audience. Confined to the loop.
final class Subscription {
    unowned let audience: Audience
    /// Place of the binding in the audience.
    let binding: Int
    let table: Table
    let access: Predicate
    let event: BindingSpec.Event
    let filter: Predicate
    /// The filter without conditions on throttled columns.
    let filterOfHeldChanges: Predicate
    let tellsLeaving: Bool
    let showsSequence: Bool
    let showsWholeOldRecord: Bool
    let filtersOnKeyOnly: Bool
    let shape: RowShape
    /// Where an index may look for it: every row it can see, old or new, has this value there. Nil when it must always be judged.
    let equality: (column: Int, value: Value)?

    /// Owned by the index.
    var bucket: BindingIndex.Bucket?
    var place = 0

    init(_ binding: Binding, at place: Int, scope: Binding.Scope, access: Predicate, shape: RowShape, audience: Audience) {
        self.audience = audience
        self.binding = place
        table = scope.table
        self.access = access
        event = binding.spec.event
        filter = scope.filter.predicate
        let throttled = scope.table.policy?.throttle?.columns ?? []
        filterOfHeldChanges = scope.filter.without(throttled).predicate
        tellsLeaving = binding.spec.tellsLeaving
        showsSequence = binding.spec.showsSequence
        showsWholeOldRecord = scope.table.policy?.showsWholeOldRecord ?? false
        filtersOnKeyOnly = scope.filter.names(onlyOf: scope.table.primaryKey)
        self.shape = shape
        equality = scope.filter.equality(in: scope.table, avoiding: throttled) ?? access.equality(in: scope.table)
    }
}
