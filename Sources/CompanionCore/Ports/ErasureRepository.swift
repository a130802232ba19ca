#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The leaving of people, and what is left of them.
///
/// Whoever adds a repository adds its records here: `RelationalStoreConformance` writes into every repository, erases, and
/// looks for what is left.
public protocol ErasureRepository {
    /// Marks a person as leaving: from now on ``UserRepository`` does not find them, so that nothing new begins.
    ///
    /// - Returns: What was given, or the erasure that goes on already.
    /// - Throws: `notFound` where there is no such person; `conflict` where the identifier exists.
    func begin(_ erasure: Erasure) throws -> Erasure

    /// Nil where there is none.
    func erasure(_ id: Erasure.ID) throws -> Erasure?

    /// The erasure of a person that goes on; nil where none does.
    func erasure(of user: User.ID) throws -> Erasure?

    /// At most `limit` erasures with identifiers after `id`, in their order, which is that of their beginning.
    func erasures(after id: Erasure.ID?, limit: Int) throws -> [Erasure]

    /// Replaces `erased` and `settlesAt` of an erasure that goes on. Throws `notFound` where none of this identifier does.
    func update(_ erasure: Erasure) throws

    /// Deletes at most about `limit` (1 to 10,000) records of a person who is leaving, but not what the person is known by.
    ///
    /// Takes a bounded time where the store can do so: of what hangs together, such as a chat with its messages, each part
    /// counts.
    ///
    /// - Returns: How many of each kind, by the store's names of them, the same as `remains` has; empty where nothing is
    ///   left.
    /// - Throws: `notFound` where the person is not leaving.
    func eraseSome(of user: User.ID, limit: Int) throws -> [String: Int]

    /// How many records of each kind there are that belong to a person or name them, leaving or not, the person's own
    /// included; empty where there is no trace.
    func remains(of user: User.ID) throws -> [String: Int]

    /// Deletes the person, with whatever came meanwhile, and keeps of the erasure what names nobody: its `user` becomes nil,
    /// its `finishedAt` the time given. Throws `notFound` where no erasure of this identifier goes on.
    func finish(_ id: Erasure.ID, at now: Date) throws

    /// Deletes what is kept of a finished erasure; false where there is none.
    func delete(_ id: Erasure.ID) throws -> Bool
}

/// The erasing of all that is kept about one person, and afterwards the receipt of it, which says nothing about them.
public struct Erasure: Identifiable, Sendable, Hashable {
    public typealias ID = Identifier<Erasure>

    /// By this the person can ask for the receipt.
    public let id: ID
    /// Who is leaving; nil once they have.
    public let user: User.ID?
    public let requestedAt: Date
    /// Work that had begun before can't write any more from then on; the erasure ends no earlier.
    public var settlesAt: Date
    /// When the last trace was gone, and a scan had found none; nil while the erasure goes on.
    public let finishedAt: Date?
    /// How many records of each kind were erased. Exact for the relational store; of the other parts, what was counted
    /// by a process that died in that moment is missing.
    public var erased: [String: Int]

    public init(
        id: ID, user: User.ID?, requestedAt: Date, settlesAt: Date, finishedAt: Date? = nil, erased: [String: Int] = [:]
    ) {
        self.id = id
        self.user = user
        self.requestedAt = requestedAt
        self.settlesAt = settlesAt
        self.finishedAt = finishedAt
        self.erased = erased
    }

    public var isFinished: Bool { finishedAt != nil }

    mutating func count(_ counts: [String: Int]) { erased.merge(counts, uniquingKeysWith: +) }
}
