internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

struct SQLLeases: LeaseRepository {
    let transaction: SQLStoreTransaction

    func acquire(_ lease: Lease, now: Date, replacing gone: Lease.Token?) throws -> Lease? {
        let taken = try transaction.run(
            .acquireLease,
            [
                .text(lease.name), .id(lease.token), .text(lease.holder), .timestamp(lease.expiresAt),
                .timestamp(now), .id(gone ?? lease.token),
            ])
        return taken == 1 ? nil : try self.lease(named: lease.name)
    }

    func renew(_ lease: Lease) throws -> Bool {
        try transaction.run(
            .renewLease, [.text(lease.name), .id(lease.token), .timestamp(lease.expiresAt)]) == 1
    }

    func release(_ lease: Lease) throws {
        try transaction.write(.releaseLease, [.text(lease.name), .id(lease.token)])
    }

    func lease(named name: String) throws -> Lease? {
        try transaction.first(.selectLease, [.text(name)]) { row in
            Lease(name: name, token: try row.id(0), holder: try row.text(1), expiresAt: try row.timestamp(2))
        }
    }
}

extension SQLStatement {
    fileprivate static let acquireLease = SQLStatement(
        """
        INSERT INTO leases (name, token, holder, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET token = excluded.token, holder = excluded.holder,
            expires_at = excluded.expires_at
        WHERE leases.expires_at <= $5 OR leases.token = $2 OR leases.token = $6
        """)
    fileprivate static let renewLease = SQLStatement(
        "UPDATE leases SET expires_at = $3 WHERE name = $1 AND token = $2")
    fileprivate static let releaseLease = SQLStatement("DELETE FROM leases WHERE name = $1 AND token = $2")
    fileprivate static let selectLease = SQLStatement("SELECT token, holder, expires_at FROM leases WHERE name = $1")
}
