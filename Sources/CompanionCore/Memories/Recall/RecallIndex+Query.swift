extension RecallIndex {
    /// What matches the query best, best first; of equals the newer one first. Empty where nothing matches.
    func hits(for query: RecallQuery) -> [RecallHit] {
        guard query.limit > 0 else { return [] }
        return RecallSearch(query, in: self).hits()
    }
}
