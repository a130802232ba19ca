internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Entries and first pages that were read a moment ago.
final class CatalogCache: Sendable {
    enum Key: Hashable, Sendable {
        case entry(CatalogEntry.ID)
        case page(CatalogQuery, limit: Int)
    }

    private struct Kept: Sendable {
        var entries: [CatalogEntry]
        var until: Date
    }

    private let kept = Mutex(RecentlyUsed<Key, Kept>(bound: 2_000))

    /// What is kept of the key, else what `read` gives.
    func entries(
        _ key: Key, at now: Date, for duration: Duration, _ read: () async throws -> [CatalogEntry]
    ) async throws -> [CatalogEntry] {
        if let found = kept.withLock({ $0.value(for: key) }), found.until > now { return found.entries }
        let entries = try await read()
        guard duration > .zero else { return entries }
        kept.withLock {
            $0.insert(Kept(entries: entries, until: now.advanced(by: duration)), for: key, cost: max(1, entries.count))
        }
        return entries
    }

    /// After a write: the writer must not see what was before.
    func clear() { kept.withLock { $0 = RecentlyUsed(bound: 2_000) } }
}
