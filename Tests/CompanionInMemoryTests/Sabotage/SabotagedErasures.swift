import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct SabotagedErasures: ErasureRepository {
    let base: any ErasureRepository
    let sabotage: Sabotage

    func begin(_ erasure: Erasure) throws -> Erasure {
        do { return try base.begin(erasure) } catch  where sabotage == .swallowsErrors { return erasure }
    }

    func erasure(_ id: Erasure.ID) throws -> Erasure? { try base.erasure(id) }
    func erasure(of user: User.ID) throws -> Erasure? { try base.erasure(of: user) }

    func erasures(after id: Erasure.ID?, limit: Int) throws -> [Erasure] {
        try base.erasures(after: id, limit: limit)
    }

    func update(_ erasure: Erasure) throws { try base.update(erasure) }

    func eraseSome(of user: User.ID, limit: Int) throws -> [String: Int] {
        let counts = try base.eraseSome(of: user, limit: sabotage == .erasesNothing ? 0 : limit)
        return sabotage == .erasesNothing ? [:] : counts
    }

    func remains(of user: User.ID) throws -> [String: Int] { try base.remains(of: user) }
    func finish(_ id: Erasure.ID, at now: Date) throws {
        if sabotage != .neverFinishes { try base.finish(id, at: now) }
    }

    func delete(_ id: Erasure.ID) throws -> Bool {
        let isDeleted = try base.delete(id)
        return isDeleted || sabotage == .claimsDeletions
    }
}
