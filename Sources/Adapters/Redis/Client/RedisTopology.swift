internal import CompanionCore
internal import NIOCore
internal import Synchronization

/// Knows which server to ask: the only one, the master that sentinels name, or the one that has a slot of a cluster.
final class RedisTopology: Sendable {
    private struct State {
        var nodes: [RedisEndpoint: RedisNode] = [:]
        var map = RedisClusterMap()
        var master: RedisEndpoint?
        /// When what is known of the servers may be asked for again.
        var learnsAt = NIODeadline.uptimeNanoseconds(0)
        var isLearning = false
        /// Those who want to know what somebody else is asking for already.
        var waiting: [OneShot<Void>] = []
    }

    /// Servers are not asked more often for what they know of each other.
    private static let pause = TimeAmount.milliseconds(100)

    private let settings: RedisSettings
    private let sentinels: [RedisNode]
    /// The only server, where there is one only.
    private let only: RedisNode?
    private let state = Mutex(State())

    init(_ settings: RedisSettings) {
        self.settings = settings
        let greeting = RedisGreeting(
            password: settings.configuration.sentinelPassword, protocolVersion: settings.configuration.protocolVersion)
        sentinels =
            if case .sentinel = settings.url.topology {
                settings.url.endpoints.map { RedisNode($0, settings, greeting: greeting) }
            } else {
                []
            }
        only = settings.url.topology == .single ? Self.node(settings.url.endpoints[0], settings) : nil
    }

    /// The server for a slot, where it is known without asking; nil is any slot.
    func knownNode(for slot: Int?) -> RedisNode? {
        if let only { return only }
        return state.withLock { state in
            let endpoint =
                settings.url.topology == .cluster ? state.map.server(of: slot ?? 0) : state.master
            return endpoint.flatMap { state.nodes[$0] }
        }
    }

    private static func node(_ endpoint: RedisEndpoint, _ settings: RedisSettings) -> RedisNode {
        var greeting = RedisGreeting(
            user: settings.url.user, password: settings.url.password, database: settings.url.database,
            protocolVersion: settings.configuration.protocolVersion)
        if case .sentinel = settings.url.topology { greeting.wantsMaster = true }
        return RedisNode(endpoint, settings, greeting: greeting)
    }

    /// The server for a slot; nil is any.
    func node(for slot: Int?, before deadline: NIODeadline) async throws -> RedisNode {
        switch settings.url.topology {
        case .single: return only ?? node(at: settings.url.endpoints[0])
        case .sentinel:
            if let master = state.withLock({ $0.master }) { return node(at: master) }
            try await learnOnce(before: deadline)
            guard let master = state.withLock({ $0.master }) else { throw Self.masterless }
            return node(at: master)
        case .cluster:
            let known = state.withLock { $0.map.server(of: slot ?? 0) }
            if let known { return node(at: known) }
            try await learnOnce(before: deadline)
            guard let server = state.withLock({ $0.map.server(of: slot ?? 0) }) else {
                throw CompanionError(.unavailable, "No server of the cluster of Redis has the key's slot.")
            }
            return node(at: server)
        }
    }

    func node(at endpoint: RedisEndpoint) -> RedisNode {
        state.withLock { state in
            if let node = state.nodes[endpoint] { return node }
            let node = Self.node(endpoint, settings)
            state.nodes[endpoint] = node
            return node
        }
    }

    /// A cluster's server has told where a slot is now.
    func moved(_ redirection: RedisRedirection) {
        state.withLock { $0.map.move(redirection.slot, to: redirection.endpoint) }
    }

    /// A server fails, or is not what it was: asks the others who has taken its place, where they were not asked just now.
    func learn(before deadline: NIODeadline) async throws {
        if settings.url.topology != .single, mayLearn() { try await learnOnce(before: deadline) }
    }

    /// One asks; those who want the same meanwhile wait for it.
    private func learnOnce(before deadline: NIODeadline) async throws {
        var timer: Scheduled<Void>?
        defer { timer?.cancel() }
        let shot = OneShot<Void>()
        let isFirst = state.withLock { state in
            defer { state.isLearning = true }
            return !state.isLearning
        }
        guard isFirst else {
            return try await shot.value { shot in
                timer = RedisConnection.schedule(at: deadline) { shot.fail(RedisDeadlinePassed()) }
                let isOver = state.withLock { state in
                    if state.isLearning { state.waiting.append(shot) }
                    return !state.isLearning
                }
                if isOver { shot.succeed(()) }
            }
        }
        defer {
            let waiting = state.withLock { state in
                state.isLearning = false
                defer { state.waiting.removeAll() }
                return state.waiting
            }
            for shot in waiting { shot.succeed(()) }
        }
        switch settings.url.topology {
        case .single: break
        case .sentinel: try await learnMaster(before: deadline)
        case .cluster: try await learnMap(before: deadline)
        }
    }

    private func mayLearn() -> Bool {
        state.withLock { state in
            let now = NIODeadline.now()
            guard now >= state.learnsAt else { return false }
            state.learnsAt = now + Self.pause
            return true
        }
    }

    // MARK: Sentinels

    private static var masterless: CompanionError {
        CompanionError(.unavailable, "No sentinel of Redis can be reached that knows the master.")
    }

    private func learnMaster(before deadline: NIODeadline) async throws {
        guard case .sentinel(let name) = settings.url.topology else { return }
        var failure: (any Error)?
        let command = RedisCommand("SENTINEL", "get-master-addr-by-name", name)
        for sentinel in sentinels {
            do {
                let reply = try await sentinel.send([command], before: deadline)[0].checked()
                guard let parts = reply.elements, parts.count == 2, let host = parts[0].text,
                    let port = parts[1].integer, (1...65_535).contains(port)
                else { continue }
                state.withLock { $0.master = .tcp(host: host, port: Int(port)) }
                return
            } catch {
                try Task.checkCancellation()
                failure = error
            }
        }
        if state.withLock({ $0.master }) != nil { return }
        throw failure.map { RedisFailure.error($0) } ?? Self.masterless
    }

    // MARK: Clusters

    private func learnMap(before deadline: NIODeadline) async throws {
        let (known, hasNone) = state.withLock { ($0.map.servers, $0.map.servers.isEmpty) }
        var failure: (any Error)?
        for endpoint in known + settings.url.endpoints where !(failure is CancellationError) {
            do {
                let reply = try await node(at: endpoint).send([RedisCommand("CLUSTER", "SLOTS")], before: deadline)[0]
                guard let map = RedisClusterMap(try reply.checked(), from: endpoint), !map.servers.isEmpty else {
                    continue
                }
                await keep(map)
                return
            } catch {
                try Task.checkCancellation()
                failure = error
            }
        }
        guard hasNone else { return }
        throw failure.map { RedisFailure.error($0) }
            ?? CompanionError(.unavailable, "No server of the cluster of Redis knows where the keys are.")
    }

    /// Servers that have left the cluster are left too.
    private func keep(_ map: RedisClusterMap) async {
        let kept = Set(map.servers).union(settings.url.endpoints)
        let gone = state.withLock { state in
            state.map = map
            let gone = state.nodes.filter { !kept.contains($0.key) }
            for endpoint in gone.keys { state.nodes[endpoint] = nil }
            return Array(gone.values)
        }
        for node in gone { await node.close(within: settings.configuration.commandTimeout.timeAmount) }
    }

    // MARK: Keeping

    var nodes: [RedisNode] { sentinels + (only.map { [$0] } ?? []) + state.withLock { Array($0.nodes.values) } }

    func close(within limit: TimeAmount) async {
        for node in nodes { await node.close(within: limit) }
    }
}
