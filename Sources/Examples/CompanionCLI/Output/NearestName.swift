/// Finds what somebody meant who mistyped a name.
enum NearestName {
    /// The only candidate that begins so, else the one that needs the fewest changes of single letters; nil where all need
    /// more than a third of the name's letters, but one at least is allowed.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let beginning = candidates.filter { $0.lowercased().hasPrefix(name.lowercased()) }
        if beginning.count == 1, name.count > 1 { return beginning[0] }
        let name = Array(name.lowercased())
        let most = max(1, name.count / 3)
        let best = candidates.map { ($0, distance(name, Array($0.lowercased()))) }.min { $0.1 < $1.1 }
        guard let best, best.1 <= most else { return nil }
        return best.0
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var twoBack: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var best = min(current[j] + 1, previous[j + 1] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, twoBack[j - 1] + 1) }
                current.append(best)
            }
            (twoBack, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
