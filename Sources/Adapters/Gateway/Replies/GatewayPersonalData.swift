public import CompanionCore

extension CompanionGateway {
    /// What a gateway keeps about people besides the companion's own: answers for `Idempotency-Key` in its cache, and frames of
    /// replies in its log. Give it to the companion, so that it goes with them:
    /// `Companion(…, personalData: CompanionGateway.personalData(…))`. (What a rate limiter counts goes by itself, within the
    /// period of its limit.)
    ///
    /// - Parameters:
    ///   - cache: The gateway's; nil where it has none.
    ///   - replyLog: The gateway's; nil where it has none.
    public static func personalData(
        cache: (any Cache)?, replyLog: (any ReplyLog)?
    ) -> [any PersonalDataPart] {
        var parts: [any PersonalDataPart] = []
        if let cache { parts.append(CachePart(cache: cache)) }
        if let replyLog { parts.append(ReplyLogPart(log: replyLog)) }
        return parts
    }
}

private struct CachePart: PersonalDataPart {
    let cache: any Cache
    var name: String { "answers" }

    func eraseSome(of user: User.ID) async throws -> Int { try await cache.removeAll(of: user) }
    func remains(of user: User.ID) async throws -> Int { try await cache.count(of: user) }
}

private struct ReplyLogPart: PersonalDataPart {
    let log: any ReplyLog
    var name: String { "replyFrames" }

    func eraseSome(of user: User.ID) async throws -> Int { try await log.removeAll(of: user) }
    func remains(of user: User.ID) async throws -> Int { try await log.count(of: user) }
}
