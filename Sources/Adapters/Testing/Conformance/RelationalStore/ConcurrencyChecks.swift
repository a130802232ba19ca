internal import CompanionCore

extension RelationalStoreConformance {
    static let concurrencyChecks: [Check] = [
        check("Concurrent transactions that read, then write, lose nothing") { probe in
            let counter = probe.user()
            try await probe.write { try $0.users.insert(counter) }
            let (tasks, rounds) = (8, 25)
            try await withThrowingTaskGroup { group in
                for _ in 0..<tasks {
                    group.addTask {
                        for _ in 0..<rounds { try await probe.insist { try increment(counter.id, in: $0) } }
                    }
                }
                try await group.waitForAll()
            }
            let count = try await probe.read { try $0.users.user(counter.id)?.persona }
            try expect(count, equals: "\(tasks * rounds)", "the count after \(tasks) times \(rounds) increments")
        },
        check("Concurrent transactions are serialisable: neither acts on what the other is about to change") { probe in
            let (ada, bob) = (probe.user("Ada"), probe.user("Bob"))
            try await probe.write { transaction in
                try transaction.users.insert(ada)
                try transaction.users.insert(bob)
            }
            for round in 1...40 {
                try await probe.write { transaction in
                    for id in [ada.id, bob.id] { try set("on call", of: id, in: transaction) }
                }
                try await withThrowingTaskGroup { group in
                    for id in [ada.id, bob.id] {
                        group.addTask {
                            try await probe.insist { transaction in
                                let users = try [ada.id, bob.id].compactMap { try transaction.users.user($0) }
                                if users.allSatisfy({ $0.persona == "on call" }) {
                                    try set("away", of: id, in: transaction)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let away = try await probe.read { transaction in
                    try [ada.id, bob.id].compactMap { try transaction.users.user($0)?.persona }
                        .filter { $0 == "away" }.count
                }
                try expect(away, equals: 1, "how many of two leave where one must stay, in round \(round)")
            }
        },
        check("A read and a transaction see no other transaction half done") { probe in
            let (ada, bob) = (probe.user("Ada"), probe.user("Bob"))
            try await probe.write { transaction in
                try transaction.users.insert(ada)
                try transaction.users.insert(bob)
            }
            try await withThrowingTaskGroup { group in
                for writer in 0..<2 {
                    group.addTask {
                        for round in 0..<50 {
                            try await probe.insist { transaction in
                                for id in [ada.id, bob.id] { try set("\(writer)/\(round)", of: id, in: transaction) }
                            }
                        }
                    }
                }
                for reader in 0..<4 {
                    group.addTask {
                        for _ in 0..<50 {
                            let body: @Sendable (any StoreTransaction) throws -> [String?] = { transaction in
                                try [ada.id, bob.id].map { try transaction.users.user($0)?.persona }
                            }
                            let seen = try await reader < 2 ? probe.read(body) : probe.write(body)
                            try expect(seen[0] == seen[1], "both halves of a transaction or none", seen: "\(seen)")
                        }
                    }
                }
                try await group.waitForAll()
            }
        },
        check("A read sees every transaction that returned before it") { probe in
            let user = probe.user()
            try await probe.write { try $0.users.insert(user) }
            for round in 1...50 {
                try await probe.write { try set("\(round)", of: user.id, in: $0) }
                let seen = try await Task { try await probe.read { try $0.users.user(user.id)?.persona } }.value
                try expect(seen, equals: "\(round)", "the latest round")
            }
        },
        check("Of concurrent takers of a lease exactly one gets it") { probe in
            for round in 1...20 {
                let name = "lease \(round)"
                let takers = (0..<8).map { _ in probe.lease(name) }
                let winners = try await withThrowingTaskGroup(of: Lease.Token?.self) { group in
                    for lease in takers {
                        group.addTask {
                            try await probe.write { transaction in
                                let standing = try transaction.leases.acquire(
                                    lease, now: probe.start, replacing: nil)
                                return standing == nil ? lease.token : nil
                            }
                        }
                    }
                    return try await group.reduce(into: [Lease.Token]()) { if let token = $1 { $0.append(token) } }
                }
                try expect(winners.count, equals: 1, "how many of 8 took a free lease in round \(round)")
                let held = try await probe.read { try $0.leases.lease(named: name)?.token }
                try expect(held, equals: winners.first, "who holds it in round \(round)")
            }
        },
    ]

    private static func increment(_ id: User.ID, in transaction: any StoreTransaction) throws {
        let count = try transaction.users.user(id).flatMap { Int($0.persona) } ?? 0
        try set("\(count + 1)", of: id, in: transaction)
    }

    private static func set(_ persona: String, of id: User.ID, in transaction: any StoreTransaction) throws {
        guard var user = try transaction.users.user(id) else { return }
        user.persona = persona
        try transaction.users.update(user)
    }
}
