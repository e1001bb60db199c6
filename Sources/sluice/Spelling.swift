/// Finds what a mistyped word was meant to be.
enum Spelling {
    /// The known word at the smallest edit distance, if that is at most a third of its length (and at least one edit).
    static func nearest(to word: String, among known: Set<String>) -> String? {
        known.sorted().map { (word: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(1, $0.word.count / 3) }
            .min { $0.distance < $1.distance }?.word
    }

    /// Levenshtein distance over characters.
    private static func distance(_ left: String, _ right: String) -> Int {
        let target = Array(right)
        var row = Array(0...target.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in target.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[target.count]
    }
}
