/// Finds the name that a mistyped one was meant to be.
enum Spelling {
    /// The most similar of the known names, if at least three quarters of the longer one's letters stay where they are.
    static func nearest(to word: String, among known: [String]) -> String? {
        // Longer names are nobody's typing error, and would cost time by their square.
        guard word.utf8.count <= 64 else { return nil }
        let letters = Array(word.utf8)
        var best: (name: String, similarity: Double)?
        for name in known where name.utf8.count <= 64 {
            let distance = distance(letters, Array(name.utf8))
            let similarity = 1 - Double(distance) / Double(max(1, letters.count, name.utf8.count))
            if similarity >= 0.75, similarity > best?.similarity ?? 0 { best = (name, similarity) }
        }
        return best?.name
    }

    /// Levenshtein distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
