internal import CompanionCore

extension RelationalStoreConformance {
    static let userChecks: [Check] = [
        check("A user is kept as it is, and is nil where there is none") { probe in
            var user = probe.user("Ada")
            user.persona = "I count things."
            user.preferences = probe.preferences
            user.role = .moderator
            user.updatedAt = probe.time(5)
            try await probe.write { [user] in try $0.users.insert(user) }
            let seen = try await probe.read { [user] in try $0.users.user(user.id) }
            try expect(seen, equals: user, "the user")
            let nobody: User.ID = probe.id()
            try await expect(probe.read { try $0.users.user(nobody) }, equals: nil, "a user that there is not")
        },
        check("Inserting a user whose identifier exists throws conflict and changes nothing") { probe in
            let user = probe.user("Ada")
            try await probe.write { try $0.users.insert(user) }
            var other = user
            other.name = "Eve"
            try await expectError(.conflict, "the second insertion") { [other] in
                try await probe.write { try $0.users.insert(other) }
            }
            try await expect(probe.read { try $0.users.user(user.id) }, equals: user, "the first user")
        },
        check("Updating a user replaces all but createdAt") { probe in
            let user = probe.user("Ada")
            try await probe.write { try $0.users.insert(user) }
            let update = User(
                id: user.id, name: "Augusta", persona: "New", preferences: probe.preferences, role: .admin,
                createdAt: probe.time(100), updatedAt: probe.time(7))
            try await probe.write { try $0.users.update(update) }
            let expected = User(
                id: user.id, name: "Augusta", persona: "New", preferences: probe.preferences, role: .admin,
                createdAt: user.createdAt, updatedAt: probe.time(7))
            try await expect(probe.read { try $0.users.user(user.id) }, equals: expected, "the user")
        },
        check("Updating a user that there is not throws notFound") { probe in
            let nobody = probe.user()
            try await expectError(.notFound, "the update") { try await probe.write { try $0.users.update(nobody) } }
            try await expect(probe.read { try $0.users.user(nobody.id) }, equals: nil, "the user")
        },
        check("Users are paged in the order of their identifiers") { probe in
            let users = (0..<25).map { probe.user("User \($0)") }
            var random = probe.random
            for user in users.shuffled(using: &random) { try await probe.write { try $0.users.insert(user) } }
            let all = users.map(\.id).sorted()
            for _ in 0..<40 {
                let place = probe.below(all.count + 1)
                let after = place == 0 ? nil : all[place - 1]
                let limit = probe.below(12) - 1
                let page = try await probe.read { try $0.users.users(after: after, limit: limit).map(\.id) }
                try expect(
                    page, equals: Array(all[place...].prefix(max(0, limit))), "\(limit) users after number \(place)")
            }
            let between: User.ID = probe.id()
            let late = try await probe.read { try $0.users.users(after: between, limit: 9) }
            try expect(late, equals: [], "the users after an identifier that is nobody's and greater than all")
        },
    ]
}

extension StoreProbe {
    /// None of them is a default.
    fileprivate var preferences: UserPreferences {
        UserPreferences(
            locale: "it-IT", timeZone: "Europe/Rome", isMemoryEnabled: false,
            content: .init(ageBand: .teen, country: "IT", highestRating: .mature))
    }
}
