package import Access

extension Table {
    /// The rows that `claims` may touch by `action`: the one judge of row access, on every path.
    ///
    /// The same condition is asked of rows as they stand and of rows as they would be. An owner without a `sub`, or with one that is
    /// no value of the owner column's type, owns nothing.
    package func visibility(of action: Action, to claims: Claims) -> Predicate {
        guard let policy else { return claims.role == .serviceRole ? .always : .never }
        switch policy.access.rule(for: claims.role, action) {
        case .all: return .always
        case .none: return .never
        case .unowned: return policy.access.owner.map { .isNull(column: $0) } ?? .never
        case .owner:
            guard let owner = policy.access.owner, let subject = claims.subject,
                let value = try? columns[owner].type.parse(text: subject, now: 0)
            else { return .never }
            return .compare(column: owner, .equal, value)
        }
    }
}
