internal import CompanionCore

extension RelationalStoreConformance {
    static let accountChecks: [Check] = [
        check("A person has one credential, an address one person, and both are kept as they are") { probe in
            let (ada, eve) = try await (probe.person("Ada"), probe.person("Eve"))
            var credential = Credential(user: ada, email: "ada@example.org")
            for hash in [nil, "$one", "$two"] {
                credential.passwordHash = hash
                credential.verifiedAt = hash == nil ? nil : probe.time(3)
                try await probe.write { [credential] in try $0.accounts.put(credential) }
                try await expect(
                    probe.read { try $0.accounts.credential(email: "ada@example.org") }, equals: credential,
                    "the credential by its address")
                try await expect(
                    probe.read { try $0.accounts.credential(of: ada) }, equals: credential, "the person's credential")
            }
            try await expectError(.conflict, "somebody else's address") {
                try await probe.write { try $0.accounts.put(Credential(user: eve, email: "ada@example.org")) }
            }
            try await expectError(.notFound, "the credential of nobody") {
                try await probe.write { try $0.accounts.put(Credential(user: probe.id(), email: "no@example.org")) }
            }
            credential.email = "ada@example.com"
            try await probe.write { [credential] in try $0.accounts.put(credential) }
            try await probe.write { try $0.accounts.put(Credential(user: eve, email: "ada@example.org")) }
            let isDeleted = try await probe.write { try $0.accounts.deleteCredential(of: ada) }
            try expect(isDeleted, "the deletion to tell that there was one")
            try await expect(
                probe.read { try $0.accounts.credential(email: "ada@example.com") }, equals: nil, "what is deleted")
            let isDeletedAgain = try await probe.write { try $0.accounts.deleteCredential(of: ada) }
            try expect(!isDeletedAgain, "the second deletion to tell that there was none")
        },
        check("An identity is one person's, and a person has one at each provider") { probe in
            let (ada, eve) = try await (probe.person("Ada"), probe.person("Eve"))
            let google = LinkedIdentity(provider: .google, subject: "1", user: ada, linkedAt: probe.time(1))
            let apple = LinkedIdentity(provider: .apple, subject: "1", user: ada, linkedAt: probe.time(2))
            try await probe.write { transaction in
                try transaction.accounts.insert(google)
                try transaction.accounts.insert(apple)
            }
            try await expect(
                probe.read { try $0.accounts.identity(.google, subject: "1") }, equals: google, "the identity")
            try await expect(
                probe.read { try $0.accounts.identities(of: ada) }, equals: [apple, google], "the identities")
            for (subject, user) in [("1", eve), ("2", ada)] {
                try await expectError(.conflict, "identity \(subject) twice") {
                    try await probe.write {
                        try $0.accounts.insert(
                            LinkedIdentity(provider: .google, subject: subject, user: user, linkedAt: probe.start))
                    }
                }
            }
            let deleted = try await probe.write { transaction in
                try [eve, ada, ada].map { try transaction.accounts.deleteIdentity(.google, of: $0) }
            }
            try expect(deleted, equals: [false, true, false], "what was deleted")
            try await expect(probe.read { try $0.accounts.identities(of: ada) }, equals: [apple], "what is left")
        },
        check("A one-time token is taken once, by its kind, and by one of those who try at the same time") { probe in
            let ada = try await probe.person("Ada")
            let token = OneTimeToken(
                digest: "d", kind: .passwordReset, user: ada, payload: "p", expiresAt: probe.time(60))
            try await probe.write { try $0.accounts.insert(token) }
            try await expectError(.conflict, "the digest twice") {
                try await probe.write { try $0.accounts.insert(token) }
            }
            try await expect(
                probe.write { try $0.accounts.take("d", .verification) }, equals: nil, "the token of another kind")
            let taken = try await withThrowingTaskGroup(of: OneTimeToken?.self) { group in
                for _ in 0..<8 { group.addTask { try await probe.takeToken("d") } }
                return try await group.reduce(into: [OneTimeToken]()) { if let token = $1 { $0.append(token) } }
            }
            try expect(taken, equals: [token], "what was taken")
            try await probe.write { transaction in
                for digest in ["a", "b"] {
                    var other = token
                    other.digest = digest
                    try transaction.accounts.insert(other)
                }
            }
            let deleted = try await probe.write { try $0.accounts.deleteTokens(.passwordReset, of: ada) }
            try expect(deleted, equals: 2, "how many were deleted")
        },
        check("A session is kept as it is, changed in its digests and times, and ended by its own person alone") {
            probe in
            let (ada, eve) = try await (probe.person("Ada"), probe.person("Eve"))
            let sessions = (0..<3).map { probe.session(of: ada, device: "Device \($0)") }
            try await probe.write { transaction in for session in sessions { try transaction.accounts.insert(session) }
            }
            try await expect(probe.read { try $0.accounts.sessions(of: ada) }, equals: sessions, "the sessions")
            var changed = sessions[1]
            changed.digest = "next"
            changed.previousDigest = "first"
            changed.rotatedAt = probe.time(7)
            changed.usedAt = probe.time(7)
            changed.expiresAt = probe.time(99)
            let isUpdated = try await probe.write { [changed] in try $0.accounts.update(changed) }
            try expect(isUpdated, "the update to tell that there is one")
            let kept = try await probe.read { [changed] in try $0.accounts.session(changed.id) }
            try expect(kept, equals: changed, "the session")
            let ended = try await probe.write { [changed] transaction in
                try [eve, ada, ada].map { try transaction.accounts.deleteSession(changed.id, of: $0) }
            }
            try expect(ended, equals: [false, true, false], "what was ended")
            let isUpdatedAgain = try await probe.write { [changed] in try $0.accounts.update(changed) }
            try expect(!isUpdatedAgain, "no update of what has ended")
            let count = try await probe.write { try $0.accounts.deleteSessions(of: ada, except: sessions[2].id) }
            try expect(count, equals: 1, "how many were ended")
            try await expect(probe.read { try $0.accounts.sessions(of: ada) }, equals: [sessions[2]], "what is left")
        },
        check("What has expired is deleted, at the instant of its end, and nothing else") { probe in
            let ada = try await probe.person("Ada")
            var session = probe.session(of: ada, device: "")
            session.expiresAt = probe.time(10)
            try await probe.write { [session] transaction in
                try transaction.accounts.insert(session)
                try transaction.accounts.insert(
                    OneTimeToken(digest: "d", kind: .identity, user: nil, expiresAt: probe.time(10)))
                try transaction.accounts.setThrottle("k", to: probe.time(5))
                try transaction.accounts.setThrottle("k", to: probe.time(10))
            }
            try await expect(probe.read { try $0.accounts.throttle("k") }, equals: probe.time(10), "the throttle")
            let early = try await probe.write { try $0.accounts.deleteExpired(at: probe.time(9.999), limit: 10) }
            try expect(early, equals: 0, "what was deleted before its end")
            let late = try await probe.write { try $0.accounts.deleteExpired(at: probe.time(10), limit: 10) }
            try expect(late, equals: 3, "what was deleted at its end")
            try await expect(probe.read { try $0.accounts.throttle("k") }, equals: nil, "the throttle afterwards")
        },
    ]
}

extension StoreProbe {
    fileprivate func person(_ name: String) async throws -> User.ID {
        let user = user(name)
        try await write { try $0.users.insert(user) }
        return user.id
    }

    fileprivate func session(of user: User.ID, device: String) -> Session {
        Session(id: id(), user: user, device: device, digest: "first", createdAt: start, expiresAt: time(60))
    }

    /// Tries again where it lost against another transaction.
    fileprivate func takeToken(_ digest: String) async throws -> OneTimeToken? {
        for _ in 0..<100 {
            do {
                return try await write { try $0.accounts.take(digest, .passwordReset) }
            } catch let error as CompanionError where error.code == .conflict {
                continue
            }
        }
        throw Disappointment(expectation: "a transaction to succeed in the end", seen: "100 conflicts")
    }

    /// Makes somebody who can sign in, and returns one call of each method that writes of how.
    func accountWrites() async throws -> [StoreWrite] {
        let (ada, eve) = try await (person("Ada"), person("Eve"))
        let (session, other, third) = (
            session(of: ada, device: "one"), session(of: ada, device: "two"), session(of: eve, device: "three")
        )
        var changed = session
        changed.digest = "next"
        func token(_ digest: String) -> OneTimeToken {
            OneTimeToken(digest: digest, kind: .verification, user: ada, expiresAt: time(60))
        }
        let (first, second, new) = (token("first \(ada)"), token("second \(ada)"), token("new \(ada)"))
        let google = LinkedIdentity(provider: .google, subject: "\(ada)", user: ada, linkedAt: start)
        let apple = LinkedIdentity(provider: .apple, subject: "\(ada)", user: ada, linkedAt: start)
        try await write { transaction in
            try transaction.accounts.put(Credential(user: ada, email: "\(ada)@example.org"))
            try transaction.accounts.insert(google)
            try transaction.accounts.insert(session)
            try transaction.accounts.insert(third)
            for token in [first, second] { try transaction.accounts.insert(token) }
        }
        return [
            StoreWrite("accounts.put") { try $0.accounts.put(Credential(user: eve, email: "\(eve)@example.org")) },
            StoreWrite("accounts.insert identity") { try $0.accounts.insert(apple) },
            StoreWrite("accounts.insert token") { try $0.accounts.insert(new) },
            StoreWrite("accounts.insert session") { try $0.accounts.insert(other) },
            StoreWrite("accounts.update") { [changed] in _ = try $0.accounts.update(changed) },
            StoreWrite("accounts.setThrottle") { try $0.accounts.setThrottle("key", to: time(1)) },
            StoreWrite("accounts.deleteCredential") { _ = try $0.accounts.deleteCredential(of: ada) },
            StoreWrite("accounts.deleteIdentity") { _ = try $0.accounts.deleteIdentity(.google, of: ada) },
            StoreWrite("accounts.take, to delete") { _ = try $0.accounts.take(first.digest, .verification) },
            StoreWrite("accounts.deleteTokens") { _ = try $0.accounts.deleteTokens(.verification, of: ada) },
            StoreWrite("accounts.deleteSession") { _ = try $0.accounts.deleteSession(session.id, of: ada) },
            StoreWrite("accounts.deleteSessions") { _ = try $0.accounts.deleteSessions(of: eve, except: nil) },
            StoreWrite("accounts.deleteExpired") { _ = try $0.accounts.deleteExpired(at: time(1_000), limit: 10) },
        ]
    }
}
