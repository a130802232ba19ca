internal import CompanionCore

extension RelationalStoreConformance {
    static let leaseChecks: [Check] = [
        check("A free lease is taken and kept as it is; while it stands, another gets it as the answer") { probe in
            let (mine, other) = (probe.lease(until: 30), probe.lease(until: 99))
            try await expect(probe.acquire(mine), equals: nil, "taking a free lease")
            for seconds in [0, 1, 29.999] {
                try await expect(
                    probe.acquire(other, at: seconds), equals: mine, "taking it from another after \(seconds) s")
            }
            try await expect(probe.lease(named: "chat"), equals: mine, "the lease")
            try await expect(probe.lease(named: "other"), equals: nil, "a lease that nobody took")
            try await expect(probe.acquire(probe.lease("other")), equals: nil, "taking a lease of another name")
        },
        check("A lease is anybody's from the instant of its expiry on, and is shown until then and after") { probe in
            let (mine, other) = (probe.lease(until: 30), probe.lease(until: 60))
            _ = try await probe.acquire(mine)
            try await expect(probe.acquire(other, at: 29.999), equals: mine, "a millisecond before the expiry")
            try await expect(probe.acquire(other, at: 30), equals: nil, "at the expiry")
            try await expect(probe.lease(named: "chat"), equals: other, "the lease")
            try await expect(probe.acquire(mine, at: 90), equals: nil, "long after the expiry")
            try await expect(probe.lease(named: "chat"), equals: mine, "the lease, which has expired")
        },
        check("The same token takes its lease again, with the new holder and end") { probe in
            let mine = probe.lease(until: 30)
            _ = try await probe.acquire(mine)
            let again = Lease(name: mine.name, token: mine.token, holder: "host/2", expiresAt: probe.time(50))
            try await expect(probe.acquire(again, at: 1), equals: nil, "taking it again")
            try await expect(probe.lease(named: "chat"), equals: again, "the lease")
        },
        check("A lease is replaced where it is held by the token that is named as gone, and only then") { probe in
            let (dead, mine, late) = (probe.lease(until: 30), probe.lease(until: 60), probe.lease(until: 90))
            _ = try await probe.acquire(dead)
            try await expect(probe.acquire(mine, replacing: probe.id()), equals: dead, "replacing a stranger")
            try await expect(probe.acquire(mine, replacing: dead.token), equals: nil, "replacing the dead")
            try await expect(probe.acquire(late, replacing: dead.token), equals: mine, "replacing the dead again")
            try await expect(probe.lease(named: "chat"), equals: mine, "the lease")
            try await expect(
                probe.acquire(probe.lease("free"), replacing: dead.token), equals: nil, "taking a free one so")
        },
        check("Renewing moves the end for the token that holds it, expired or not, and for no other") { probe in
            let mine = probe.lease(until: 30)
            _ = try await probe.acquire(mine)
            let longer = Lease(name: mine.name, token: mine.token, holder: "host/2", expiresAt: probe.time(60))
            try await expect(probe.renew(longer), equals: true, "renewing one's own lease")
            let expected = Lease(name: mine.name, token: mine.token, holder: "host/1", expiresAt: probe.time(60))
            try await expect(probe.lease(named: "chat"), equals: expected, "the lease, of which the end moved only")
            let stranger = probe.lease(until: 99)
            try await expect(probe.renew(stranger), equals: false, "renewing another's lease")
            try await expect(probe.renew(probe.lease("none")), equals: false, "renewing a lease that there is not")
            try await expect(probe.lease(named: "none"), equals: nil, "the lease that there is not")
            try await expect(probe.lease(named: "chat"), equals: expected, "the lease after a stranger's renewal")
            _ = try await probe.acquire(stranger, at: 60)
            try await expect(probe.renew(longer), equals: false, "renewing a lease that was lost")
            try await expect(probe.lease(named: "chat"), equals: stranger, "the lease that another took")
        },
        check("Releasing gives a lease back for the token that holds it, and does nothing for any other") { probe in
            let (mine, stranger) = (probe.lease(until: 30), probe.lease(until: 60))
            _ = try await probe.acquire(mine)
            try await probe.write { try $0.leases.release(stranger) }
            try await expect(probe.lease(named: "chat"), equals: mine, "the lease after a stranger's release")
            try await probe.write { try $0.leases.release(mine) }
            try await expect(probe.lease(named: "chat"), equals: nil, "the lease after its release")
            try await probe.write { try $0.leases.release(mine) }
            try await expect(probe.acquire(stranger), equals: nil, "taking a released lease")
        },
    ]
}

extension StoreProbe {
    func acquire(
        _ lease: Lease, at seconds: Double = 0, replacing gone: Lease.Token? = nil
    ) async throws -> Lease? {
        try await write { try $0.leases.acquire(lease, now: time(seconds), replacing: gone) }
    }

    func renew(_ lease: Lease) async throws -> Bool { try await write { try $0.leases.renew(lease) } }

    func lease(named name: String) async throws -> Lease? { try await read { try $0.leases.lease(named: name) } }
}
