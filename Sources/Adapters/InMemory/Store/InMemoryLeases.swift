internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct InMemoryLeases: LeaseRepository {
    let transaction: InMemoryTransaction
    private var tables: Tables { transaction.tables }

    init(transaction: InMemoryTransaction) { self.transaction = transaction }

    func acquire(_ lease: Lease, now: Date, replacing gone: Lease.Token?) throws -> Lease? {
        try transaction.requireWriting()
        if let standing = tables.leases[lease.name],
            standing.expiresAt > now.wholeMilliseconds, standing.token != lease.token, standing.token != gone
        {
            return standing
        }
        tables.leases[lease.name] = lease.asStored
        return nil
    }

    func renew(_ lease: Lease) throws -> Bool {
        try transaction.requireWriting()
        guard var standing = tables.leases[lease.name], standing.token == lease.token else { return false }
        standing.expiresAt = lease.expiresAt.wholeMilliseconds
        tables.leases[lease.name] = standing
        return true
    }

    func release(_ lease: Lease) throws {
        try transaction.requireWriting()
        if tables.leases[lease.name]?.token == lease.token { tables.leases[lease.name] = nil }
    }

    func lease(named name: String) throws -> Lease? { tables.leases[name] }
}
