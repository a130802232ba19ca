import CompanionCore
import CompanionInMemory
import CompanionTesting
import Testing

@testable import CompanionGateway

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Replies belong to the server: they outlive connections, and with a log that is shared, instances.
@Suite struct ReplyServiceTests {
    /// Two instances on one store and one log.
    private struct Pair {
        let first: GatewayFixture
        let second: GatewayFixture
        let user: User.ID
        let chat: Chat.ID

        init(
            gate: Gate, before event: Int = 3, log: any ReplyLog = InMemoryReplyLog(),
            text: ScriptedReply = .text("One ", "two ", "three ", "four.")
        ) async throws {
            let model = FaultyLanguageModel(ScriptedLanguageModel { _ in text }) { call, _ in
                call == 0 ? [.hold(at: gate, beforeEvent: event)] : []
            }
            first = try GatewayFixture(model: model, log: log, leaseHolder: LeaseHolder(name: "first"))
            second = try GatewayFixture(
                model: model, store: first.store, issuer: first.issuer, log: log,
                leaseHolder: LeaseHolder(name: "second"))
            let ada = try await first.companion.accounts.register(name: "Ada")
            let luna = try await first.companion.characters.add(CharacterCard(name: "Luna"), by: ada.id)
            user = ada.id
            chat = try await first.companion.chats.start(with: luna.id, by: ada.id).id
        }

        func request(_ text: String = "Count.", id: String? = nil) -> ReplyRequest {
            ReplyRequest(
                kind: .message(text, id.flatMap(ClientMessageID.init(rawValue:))), chat: chat, user: user)
        }

        /// Runs both instances beside the body.
        func run(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for gateway in [first.gateway, second.gateway] { group.addTask { try await gateway.run() } }
                while !first.gateway.replies.hub.isReady || !second.gateway.replies.hub.isReady { await Task.yield() }
                defer { group.cancelAll() }
                try await body()
            }
        }
    }

    private func text(of frames: [JSONObject]) -> String { frames.compactMap { $0["text"]?.string }.joined() }

    @Test func anotherInstanceTellsTheRestWithoutGapOrDouble() async throws {
        let gate = Gate()
        let pair = try await Pair(gate: gate)
        try await pair.run {
            let live = try await pair.first.gateway.replies.start(pair.request())
            while gate.waiterCount == 0 { await Task.yield() }
            let seen = try await ReplyReader().next(of: live, after: 0).frames.count
            let mirror = try await pair.second.gateway.replies.follow(
                live.id, after: seen, turn: live.turn, by: pair.user)
            gate.open()
            let rest = try await LiveReplyTests.frames(of: mirror, after: seen)
            let all = try await LiveReplyTests.frames(of: live, after: 0)
            #expect(rest == Array(all.dropFirst(seen)))
            #expect(text(of: all) == "One two three four.")
            #expect(all.last?["message"]?.object?["status"]?.string == "complete")
        }
    }

    @Test func anotherInstanceCanStopIt() async throws {
        let gate = Gate()
        let pair = try await Pair(gate: gate)
        try await pair.run {
            let live = try await pair.first.gateway.replies.start(pair.request())
            while gate.waiterCount == 0 { await Task.yield() }
            try await pair.second.gateway.replies.cancel(live.id, by: pair.user)
            let all = try await LiveReplyTests.frames(of: live, after: 0)
            #expect(all.last?["type"]?.string == "finished")
            #expect(all.last?["message"]?.object?["status"]?.string == "interrupted")
            #expect(all.last?["message"]?.object?["text"]?.string == text(of: all), "what came so far is kept")
        }
    }

    @Test func sendingTheSameAgainGivesTheReplyThatRunsOnEitherInstance() async throws {
        let gate = Gate()
        let pair = try await Pair(gate: gate)
        try await pair.run {
            let live = try await pair.first.gateway.replies.start(pair.request(id: "message-1"))
            let here = try await pair.first.gateway.replies.start(pair.request(id: "message-1"))
            #expect(here === live)
            let there = try await pair.second.gateway.replies.start(pair.request(id: "message-1"))
            #expect(there.id == live.id)
            gate.open()
            let (left, right) = (
                try await LiveReplyTests.frames(of: live, after: 0),
                try await LiveReplyTests.frames(of: there, after: 0)
            )
            #expect(left == right)
        }
    }

    @Test func withoutTheLogThisInstanceGoesOn() async throws {
        let gate = Gate(isOpen: true)
        let pair = try await Pair(gate: gate, log: BrokenReplyLog())
        try await pair.run {
            let live = try await pair.first.gateway.replies.start(pair.request())
            let all = try await LiveReplyTests.frames(of: live, after: 0)
            #expect(text(of: all) == "One two three four.")
            // Another one has what was kept.
            let there = try await pair.second.gateway.replies.follow(live.id, after: 2, turn: live.turn, by: pair.user)
            let frames = try await LiveReplyTests.frames(of: there, after: 2)
            #expect(frames.map { $0["type"]?.string } == ["finished"] && frames.first?["seq"]?.integer == 3)
        }
    }

    @Test func aModelThatFailsEndsTheReplyWithAFrame() async throws {
        let fixture = try GatewayFixture(
            model: ScriptedLanguageModel(replies: [
                .failure(CompanionError(.unauthenticated, "The key sk-123 is wrong."), after: ["I "])
            ]))
        let ada = try await fixture.companion.accounts.register(name: "Ada")
        let luna = try await fixture.companion.characters.add(CharacterCard(name: "Luna"), by: ada.id)
        let chat = try await fixture.companion.chats.start(with: luna.id, by: ada.id).id
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.gateway.run() }
            while !fixture.gateway.replies.hub.isReady { await Task.yield() }
            defer { group.cancelAll() }
            let live = try await fixture.gateway.replies.start(
                ReplyRequest(kind: .message("Hello?", nil), chat: chat, user: ada.id))
            let all = try await LiveReplyTests.frames(of: live, after: 0)
            #expect(all.last?["type"]?.string == "failed" && all.last?["code"]?.string == "unavailable")
            #expect(
                all.last?["message"]?.string?.contains("sk-123") == false, "whose key it is, is not the person's matter"
            )
        }
    }

    @Test func aGatewayThatDoesNotRunSaysSo() async throws {
        let fixture = try GatewayFixture()
        let request = ReplyRequest(kind: .message("Hello?", nil), chat: Chat.ID(UUID()), user: User.ID(UUID()))
        await #expect(throws: CompanionError.self) { try await fixture.gateway.replies.start(request) }
        #expect(fixture.gateway.runningReplies == 0)
    }
}

/// A log that is away.
private struct BrokenReplyLog: ReplyLog {
    private let error = CompanionError(.unavailable, "The log is away.")
    func append(_: [[UInt8]], at _: Int, to _: ReplyLogKey, expiringAfter _: Duration) async throws { throw error }
    func frames(of _: ReplyLogKey, after _: Int, limit _: Int, waitingUpTo _: Duration) async throws -> [ReplyFrame] {
        throw error
    }
    func remove(_: ReplyLogKey) async throws { throw error }
    func removeAll(of _: User.ID) async throws -> Int { throw error }
    func count(of _: User.ID) async throws -> Int { throw error }
}
