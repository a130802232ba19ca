/// Values by their keys, as many as fit a bound; the one that was used longest ago goes first.
///
/// What a value costs is up to who puts it in. A single one that costs more than the bound is not kept.
package struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var value: Value
        var cost: Int
        /// Towards the most recently used; -1 at the end.
        var newer: Int
        /// Towards the least recently used; -1 at the end.
        var older: Int
    }

    package let bound: Int
    /// What the kept values cost together.
    package private(set) var cost = 0
    private var places: [Key: Int] = [:]
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1

    package init(bound: Int) { self.bound = bound }

    package var count: Int { places.count }
    /// In no order.
    package var keys: some Collection<Key> { places.keys }

    /// The value, which is the most recently used one from now on.
    package mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        unlink(place)
        link(place)
        return nodes[place]?.value
    }

    /// Keeps a value in place of the key's last one.
    package mutating func insert(_ value: Value, for key: Key, cost: Int) {
        remove(key)
        guard cost <= bound else { return }
        let node = Node(key: key, value: value, cost: cost, newer: -1, older: -1)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            nodes[place] = node
        } else {
            place = nodes.count
            nodes.append(node)
        }
        places[key] = place
        self.cost += cost
        link(place)
        evict()
    }

    /// The key's value, taken out.
    @discardableResult
    package mutating func remove(_ key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        unlink(place)
        defer {
            nodes[place] = nil
            free.append(place)
        }
        cost -= nodes[place]?.cost ?? 0
        return nodes[place]?.value
    }

    private mutating func evict() {
        while cost > bound, oldest >= 0, let key = nodes[oldest]?.key { remove(key) }
    }

    private mutating func link(_ place: Int) {
        nodes[place]?.older = newest
        nodes[place]?.newer = -1
        if newest >= 0 { nodes[newest]?.newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        guard let (newer, older) = nodes[place].map({ ($0.newer, $0.older) }) else { return }
        if newer >= 0 { nodes[newer]?.older = older } else { newest = older }
        if older >= 0 { nodes[older]?.newer = newer } else { oldest = newer }
    }
}
