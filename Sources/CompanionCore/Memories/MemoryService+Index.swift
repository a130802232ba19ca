/// Upkeep of the index by meaning, for those who run the system. It is a copy: all of it can be made again from the store.
extension MemoryService {
    /// How far one person's index is from the store.
    public struct IndexDrift: Sendable, Hashable {
        /// Memories and messages that it lacks.
        public var missing: Int
        /// Vectors of what is gone, or was changed.
        public var surplus: Int

        public init(missing: Int, surplus: Int) {
            self.missing = missing
            self.surplus = surplus
        }
    }

    /// What was done for one person.
    public struct IndexedPerson: Sendable, Hashable {
        public var user: User.ID
        /// Vectors that were made.
        public var added: Int
        /// Vectors that were deleted.
        public var deleted: Int

        public init(user: User.ID, added: Int, deleted: Int) {
            self.user = user
            self.added = added
            self.deleted = deleted
        }
    }

    /// Compares a person's index with the store, and changes nothing. ``reindex(_:into:)`` mends what differs.
    ///
    /// Throws `unsupported` where there is no embedding model or no vector store; what those and the store throw.
    public func indexDrift(of user: User.ID) async throws -> IndexDrift {
        let drift = try await index().drift(of: user, from: context.store)
        return IndexDrift(missing: drift.missing, surplus: drift.surplus)
    }

    /// Brings one person's index in line with the store: makes the vectors that are missing, and deletes what is too much.
    ///
    /// What is there already is not embedded again, so a call that failed or was cancelled is simply repeated.
    ///
    /// - Parameter model: Makes the index of another embedding model beside the one in use, which goes on serving: when all
    ///   is there, start the program with the new model, then ``deleteIndex(of:space:)`` the old one. Nil: the model in use.
    public func reindex(_ user: User.ID, into model: (any EmbeddingModel)? = nil) async throws -> IndexedPerson {
        let inUse = try index()
        let target = model.map { MemoryIndex(model: $0, vectors: inUse.vectors) } ?? inUse
        let done = try await target.compare(user, with: context.store)
        return IndexedPerson(user: user, added: done.added, deleted: done.deleted)
    }

    /// Brings everybody's index in line, person by person in the order of their making.
    ///
    /// - Parameters:
    ///   - last: Goes on after this person, as an earlier call reported; nil: from the first.
    ///   - model: As in ``reindex(_:into:)``.
    ///   - progress: Called after each person; what it throws ends the work.
    public func reindexAll(
        after last: User.ID? = nil, into model: (any EmbeddingModel)? = nil,
        isolation: isolated (any Actor)? = #isolation, progress: (IndexedPerson) async throws -> Void
    ) async throws {
        var last = last
        while true {
            let page = try await context.store.read { [last] in try $0.users.users(after: last, limit: 100) }
            for user in page { try await progress(reindex(user.id, into: model)) }
            guard page.count == 100 else { return }
            last = page.last?.id
        }
    }

    /// Deletes a person's vectors of one embedding model, such as one that is in use no more.
    public func deleteIndex(of user: User.ID, space: EmbeddingSpace) async throws {
        try await index().vectors.deleteAll(in: VectorNamespace(user: user, space: space))
    }

    private func index() throws(CompanionError) -> MemoryIndex {
        guard let index = context.memoryIndex else {
            throw CompanionError(
                .unsupported, "There is no index by meaning: give the companion an embedding model and a vector store.")
        }
        return index
    }
}
