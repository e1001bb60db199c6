/// The known word nearest to an unknown one.
package enum Suggestion {
    /// `; did you mean "lifecycle"?`, or what there is to choose from when nothing is near.
    package static func text(for word: String, among known: [String]) -> String {
        if let near = nearest(to: word, among: known) { return "; did you mean \"\(near)\"?" }
        return known.count <= 12 && !known.isEmpty ? "; known are \(known.joined(separator: ", "))" : ""
    }

    /// The first of the known words within two edits (one for short words); nil when there is none.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let limit = word.count < 4 ? 1 : 2
        let ranked = known.map { (distance: distance(Array(word.utf8), Array($0.utf8)), word: $0) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.word
    }

    /// Insertions, deletions and replacements between both. Source: Levenshtein 1966.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard left.count <= 64, right.count <= 64 else { return .max }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (ASCII.lowercased(a) == ASCII.lowercased(b) ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
