/// For each group, its elements in ascending order, none twice; every change can be undone.
///
/// Elements come mostly in order, so a sorted array serves best: an insertion costs what stands behind it, a look-up a
/// binary search, a page the page.
final class OrderedIndex<Group: Hashable, Element: Comparable> {
    private var groups: [Group: [Element]] = [:]
    private let journal: Journal

    init(journal: Journal) { self.journal = journal }

    func elements(in group: Group) -> [Element] { groups[group] ?? [] }

    /// The groups whose elements are such; costs all there are.
    func groups(where isWanted: ([Element]) -> Bool) -> [Group] {
        groups.filter { isWanted($0.value) }.map(\.key)
    }

    /// The greatest `limit` elements before `bound` (nil: of all), ascending.
    func last(_ limit: Int, in group: Group, before bound: Element?) -> ArraySlice<Element> {
        let end = bound.map { firstIndex(notBefore: $0, in: group) } ?? elements(in: group).endIndex
        return elements(in: group)[..<end].suffix(max(0, limit))
    }

    /// The least `limit` elements after `bound` (nil: of all), ascending.
    func first(_ limit: Int, in group: Group, after bound: Element?) -> ArraySlice<Element> {
        let start = bound.map { firstIndex(after: $0, in: group) } ?? 0
        return elements(in: group)[start...].prefix(max(0, limit))
    }

    /// Nothing happens where the group has the element.
    func insert(_ element: Element, in group: Group) {
        guard firstIndex(notBefore: element, in: group) == firstIndex(after: element, in: group) else { return }
        insert([element], in: group)
    }

    /// Takes elements in ascending order, none of which the group has.
    func insert(_ new: [Element], in group: Group) {
        guard let first = new.first else { return }
        let start = firstIndex(notBefore: first, in: group)
        let tail = Array(elements(in: group)[start...])
        // The sort finds the two ascending runs and merges them.
        groups[group, default: []].replaceSubrange(start..., with: (new + tail).sorted())
        journal.record { [unowned self] in
            groups[group]?.replaceSubrange(start..., with: tail)
            dropIfEmpty(group)
        }
    }

    /// Nothing happens where the group has no such element.
    func remove(_ element: Element, from group: Group) {
        _ = remove(from: element, through: element, in: group)
    }

    /// Takes elements in ascending order; those that the group does not have count for nothing. Costs what the group
    /// holds, where they are more than one.
    func remove(_ gone: [Element], from group: Group) {
        if gone.count == 1 { return remove(gone[0], from: group) }
        guard !gone.isEmpty, let old = groups[group] else { return }
        var next = 0
        groups[group] = old.filter { element in
            while next < gone.count, gone[next] < element { next += 1 }
            return next == gone.count || element < gone[next]
        }
        dropIfEmpty(group)
        journal.record { [unowned self] in groups[group] = old }
    }

    /// Removes the elements between two bounds, those included, and returns them.
    func remove(from lower: Element, through upper: Element, in group: Group) -> [Element] {
        let start = firstIndex(notBefore: lower, in: group)
        let end = firstIndex(after: upper, in: group)
        guard start < end else { return [] }
        let removed = Array(elements(in: group)[start..<end])
        groups[group]?.removeSubrange(start..<end)
        dropIfEmpty(group)
        journal.record { [unowned self] in groups[group, default: []].insert(contentsOf: removed, at: start) }
        return removed
    }

    /// Removes a whole group and returns what it had.
    @discardableResult
    func removeAll(in group: Group) -> [Element] {
        guard let removed = groups.removeValue(forKey: group) else { return [] }
        journal.record { [unowned self] in groups[group] = removed }
        return removed
    }

    private func dropIfEmpty(_ group: Group) {
        if groups[group]?.isEmpty == true { groups[group] = nil }
    }

    private func firstIndex(notBefore bound: Element, in group: Group) -> Int {
        partition(group) { $0 < bound }
    }

    private func firstIndex(after bound: Element, in group: Group) -> Int {
        partition(group) { !(bound < $0) }
    }

    /// How many elements are in the first part of the group, by binary search.
    private func partition(_ group: Group, isFirst: (Element) -> Bool) -> Int {
        let elements = elements(in: group)
        var low = 0
        var high = elements.count
        while low < high {
            let middle = low + (high - low) / 2
            if isFirst(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
