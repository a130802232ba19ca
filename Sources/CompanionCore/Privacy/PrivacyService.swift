/// What people may ask of whoever keeps something about them: to see it, and to have it erased.
public struct PrivacyService: Sendable {
    let context: CompanionContext

    /// All that is kept about a person, as files or as one zip archive.
    ///
    /// Reading it throws `notFound` where there is no such person.
    ///
    /// - Parameter image: Makes the card file of a character's picture (PNG), where there is one; such as
    ///   CompanionCardFiles does.
    public func export(
        of user: User.ID, image: @escaping @Sendable (CompanionCharacter) async throws -> [UInt8]? = { _ in nil }
    ) -> PersonalExport {
        PersonalExport(reader: PersonalExportReader(context: context, user: user, image: image))
    }

    /// Begins to erase all that is kept about a person. From now on no turn, chat or job of theirs begins, and those that
    /// run are ended; ``Companion/run()`` does the work, whatever dies meanwhile.
    ///
    /// - Returns: The erasure; the same one where it goes on already.
    /// - Throws: `notFound` where there is no such person, or no more.
    @discardableResult
    public func requestErasure(of user: User.ID) async throws -> Erasure {
        try await ErasureWork(context: context).begin(user)
    }

    /// Erases all that is kept about a person, here and now.
    ///
    /// - Returns: The receipt. It is not finished where work had begun before that can't be waited for: then
    ///   ``Companion/run()`` looks once more and ends it, usually within a minute.
    public func erase(_ user: User.ID) async throws -> Erasure {
        let erasure = try await requestErasure(of: user)
        let worker = JobWorker(context: context, handlers: [context.erasureHandler])
        while try await worker.workOnNext() {}
        return try await self.erasure(erasure.id)
    }

    /// An erasure that goes on, or the receipt of one that has ended. Throws `notFound`.
    public func erasure(_ id: Erasure.ID) async throws -> Erasure {
        guard let erasure = try await context.store.read({ try $0.erasures.erasure(id) }) else {
            throw CompanionError(.notFound, "There is no erasure \(id), or its receipt is kept no longer.")
        }
        return erasure
    }

    /// For those who run the system: the erasures after `id`, at most `limit` (1 to 500), in the order of their beginning.
    public func erasures(after id: Erasure.ID? = nil, limit: Int = 100) async throws -> [Erasure] {
        let limit = try Checked.limit(limit)
        return try await context.store.read { try $0.erasures.erasures(after: id, limit: limit) }
    }

    /// Deletes now what ``Companion/Configuration/retention`` does not keep; ``Companion/run()`` does it from time to time.
    ///
    /// - Returns: How many of each kind.
    @discardableResult
    public func applyRetention() async throws -> [String: Int] {
        try await RetentionWork(context: context).apply()
    }

    /// Looks in every part for something about a person, who need not exist.
    public func scan(for user: User.ID) async throws -> PersonalDataScan {
        try await ErasureWork(context: context).scan(for: user)
    }
}

extension CompanionContext {
    var erasureHandler: JobHandler {
        JobHandler(kind: .erasure) { try await ErasureWork(context: self).perform(for: $0) }
    }
}
