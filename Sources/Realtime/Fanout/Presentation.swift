internal import SQLite
internal import Store

/// How one binding sees a change, after access and filter.
struct Presentation: Hashable {
    enum OldRecord: UInt8 { case absent, keyOfOld, keyOfNew, whole }

    let kind: Change.Kind
    let old: OldRecord
}

extension Subscription {
    /// What the binding sees of a change; nil for nothing. The one evaluation, live and replayed.
    ///
    /// Access is judged on both images first, then event and filter on the images that are left. Source: DESIGN.md.
    func presentation(of change: Change) -> Presentation? {
        switch (change.kind, sees(change.old), sees(change.new)) {
        case (.insert, _, true): appears(change, Presentation(kind: .insert, old: .absent), wasSeen: false)
        case (.update, true, true):
            appears(change, Presentation(kind: .update, old: showsWholeOldRecord ? .whole : .keyOfOld), wasSeen: true)
        case (.update, false, true): appears(change, Presentation(kind: .update, old: .keyOfNew), wasSeen: false)
        case (.update, true, false): accepts(.delete) && matchedOld(change) ? Presentation(kind: .delete, old: .keyOfOld) : nil
        case (.delete, true, _): disappears(change)
        case (.insert, _, false), (.update, false, false), (.delete, false, _): nil
        }
    }

    private func sees(_ image: Row?) -> Bool {
        guard let image else { return false }
        return access == .always || access.matches(image, in: table) == true
    }

    private func accepts(_ kind: Change.Kind) -> Bool {
        switch (event, kind) {
        case (.all, _), (.insert, .insert), (.update, .update), (.delete, .delete): true
        case (.insert, _), (.update, _), (.delete, _): false
        }
    }

    /// The new image is there: it matches, or the row has left the filter.
    private func appears(_ change: Change, _ presentation: Presentation, wasSeen: Bool) -> Presentation? {
        if matches(filter, change.new) { return accepts(presentation.kind) ? presentation : nil }
        guard tellsLeaving, wasSeen, accepts(.delete), matchedOld(change) else { return nil }
        return Presentation(kind: .delete, old: .keyOfOld)
    }

    /// The row is gone. Without `leave` the filter is judged on what the identity shows, so that columns outside of it match nothing.
    private func disappears(_ change: Change) -> Presentation? {
        guard accepts(.delete), showsWholeOldRecord || tellsLeaving || filtersOnKeyOnly, matchedOld(change) else { return nil }
        return Presentation(kind: .delete, old: showsWholeOldRecord ? .whole : .keyOfOld)
    }

    /// Whether the binding's reader may hold the row. The images of a held change may be several writes apart, so a condition on a
    /// throttled column may have held in between.
    private func matchedOld(_ change: Change) -> Bool {
        matches(change.isHeld ? filterOfHeldChanges : filter, change.old)
    }

    private func matches(_ filter: Predicate, _ image: Row?) -> Bool {
        guard let image else { return false }
        return filter == .always || filter.matches(image, in: table) == true
    }
}
