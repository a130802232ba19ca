internal import CompanionCore
internal import NIOCore

/// What is said first on a connection: who we are, in which version of the protocol, and which database.
struct RedisGreeting: Sendable {
    var user: String?
    var password: String?
    var database = 0
    var protocolVersion = Redis.ProtocolVersion.automatic
    /// Whether a server that is no master will not do.
    var wantsMaster = false

    /// Throws ``RedisError``, ``RedisNotMaster`` or what ``RedisConnection/send(_:before:)`` throws.
    func say(on connection: RedisConnection, before deadline: NIODeadline) async throws {
        if protocolVersion == .resp2 {
            try await signIn(connection, deadline)
        } else if case .error(let error) = try await connection.send([hello], before: deadline)[0] {
            guard error.saysUnknownHello else { throw error }
            try await signIn(connection, deadline)
        }
        if database != 0 {
            _ = try await connection.send([RedisCommand("SELECT", String(database))], before: deadline)[0].checked()
        }
        if wantsMaster {
            let role = try await connection.send([RedisCommand("ROLE")], before: deadline)[0].checked()
            guard role.elements?.first?.text == "master" else { throw RedisNotMaster() }
        }
    }

    private var hello: RedisCommand {
        guard let password else { return RedisCommand("HELLO", "3") }
        return RedisCommand("HELLO", "3", "AUTH", user ?? "default", password)
    }

    private func signIn(_ connection: RedisConnection, _ deadline: NIODeadline) async throws {
        guard let password else { return }
        // Servers that do not know users take a password alone.
        let command = user.map { RedisCommand("AUTH", $0, password) } ?? RedisCommand("AUTH", password)
        _ = try await connection.send([command], before: deadline)[0].checked()
    }
}

/// The sentinels' master is none any more.
struct RedisNotMaster: Error {}

extension RedisError {
    /// Redis before 6 does not know HELLO, and says so with ERR; some proxies know it, and refuse version 3.
    fileprivate var saysUnknownHello: Bool { code == "NOPROTO" || code == "ERR" }
}
