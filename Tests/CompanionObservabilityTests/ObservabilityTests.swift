import CompanionCore
import CompanionInMemory
import CompanionObservability
import CompanionTesting
import InMemoryLogging
import InMemoryTracing
import Logging
import MetricsTestKit
import TestRandomness
import Testing
import Tracing

/// What logs, metrics and traces say of a companion at work.
struct ObservabilityTests {
    private let log = InMemoryLogHandler()
    private let metrics = TestMetrics()
    private let tracer = InMemoryTracer()

    private var observer: Observability {
        var logger = Logger(label: "companion") { [log] _ in log }
        logger.logLevel = .trace
        return Observability(logger: logger, metrics: metrics, tracer: tracer, provider: "test")
    }

    /// Asked for memories, too, as a stand-in is not.
    private static let real = LanguageModelCapabilities(contextWindow: 32_768, structuredOutput: .jsonSchema)

    private struct Scene {
        let companion: Companion
        let user: User.ID
        let chat: Chat.ID
        let clock: ManualClock
    }

    private func scene(
        _ model: any LanguageModel, name: String = "Ada", screening: (any TurnScreening)? = nil,
        plan: SubscriptionPlan? = nil
    ) async throws -> Scene {
        let clock = ManualClock()
        let companion = Companion(
            languageModel: model, relationalStore: InMemoryStore(), plan: plan, screening: screening,
            embeddingModel: HashedEmbeddingModel(), vectorStore: InMemoryVectorStore(), observer: observer,
            clock: clock, random: SeededRandomSource(seed: 1))
        let user = try await companion.accounts.register(name: name).id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user).id
        return Scene(
            companion: companion, user: user,
            chat: try await companion.chats.start(with: character, by: user).id, clock: clock)
    }

    private func spans(_ name: String) -> [FinishedInMemorySpan] {
        tracer.finishedSpans.filter { $0.operationName == name }
    }

    private func attribute(_ name: String, of span: FinishedInMemorySpan?) -> SpanAttribute? {
        span?.attributes.get(name)
    }

    @Test("A turn's span holds those of its screening, recall and model, with OpenTelemetry's names")
    func turn() async throws {
        let usage = TokenUsage(promptTokens: 90, cachedPromptTokens: 60, completionTokens: 7)
        let scene = try await scene(
            ScriptedLanguageModel(name: "writer", replies: [.text("fine", usage: usage)]), screening: Moderation())
        _ = try await scene.companion.chats.reply(to: "Hello", in: scene.chat, by: scene.user)
        let turn = try #require(spans("invoke_agent").first)
        #expect(attribute("companion.outcome", of: turn) == .string("complete"))
        #expect(attribute("gen_ai.conversation.id", of: turn) == .string("\(scene.chat)"))
        let call = try #require(spans("chat writer").first)
        #expect(call.kind == .client && call.parentSpanID == turn.spanID)
        #expect(attribute("gen_ai.operation.name", of: call) == .string("chat"))
        #expect(attribute("gen_ai.provider.name", of: call) == .string("test"))
        #expect(attribute("gen_ai.request.model", of: call) == .string("writer"))
        #expect(attribute("gen_ai.usage.input_tokens", of: call) == .int64(90))
        #expect(attribute("gen_ai.usage.output_tokens", of: call) == .int64(7))
        #expect(attribute("gen_ai.usage.cache_read.input_tokens", of: call) == .int64(60))
        for name in ["companion.screening", "companion.recall"] {
            #expect(spans(name).first?.parentSpanID == turn.spanID, "\(name)")
        }
        #expect(tracer.activeSpans.isEmpty)
        #expect(
            try metrics.expectRecorder(
                "gen_ai.invoke_agent.duration",
                [
                    ("gen_ai.operation.name", "invoke_agent"), ("companion.outcome", "complete"),
                    ("gen_ai.request.model", "writer"),
                ]
            ).values.count == 1)
        let labels = [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "test"), ("gen_ai.request.model", "writer"),
        ]
        #expect(try metrics.expectRecorder("gen_ai.client.operation.duration", labels).values.count == 1)
        #expect(try metrics.expectRecorder("gen_ai.client.operation.time_to_first_chunk", labels).values.count == 1)
        #expect(
            try metrics.expectRecorder(
                "gen_ai.client.token.usage", labels + [("gen_ai.token.type", "output")]
            ).values == [7])
        let line = try #require(log.entries.first { $0.message == "turn complete" })
        #expect(line.metadata["user"] == "\(scene.user)" && line.metadata["output_tokens"] == "7")
    }

    @Test("A turn that fails, is refused, blocked, cancelled or repeated says so, and every span is closed")
    func outcomes() async throws {
        let plan = try SubscriptionPlan(tiers: [Tier("free", title: "Free", limits: .init(messagesPerDay: 2))])
        let model = ScriptedLanguageModel(replies: [
            .failure(CompanionError(.unavailable, "down")), "whole words", "fine",
        ])
        let scene = try await scene(
            model, screening: Moderation(terms: [KeywordTerm("forbidden", category: .harassment)]), plan: plan)
        let chats = scene.companion.chats
        _ = try? await chats.reply(to: "one", in: scene.chat, by: scene.user)
        _ = try await chats.reply(to: "a forbidden word", in: scene.chat, by: scene.user)
        try await chats.withReply(to: "two", in: scene.chat, by: scene.user) { reply in
            for try await event in reply { if case .text = event { return } }
        }
        let id = ClientMessageID(rawValue: "a")
        for _ in 0..<2 { _ = try await chats.reply(to: "three", in: scene.chat, by: scene.user, clientID: id) }
        _ = try? await chats.reply(to: "four", in: scene.chat, by: scene.user)
        let outcomes = spans("invoke_agent").map { attribute("companion.outcome", of: $0) }
        #expect(outcomes == ["failed", "blocked", "interrupted", "complete", "replayed", "failed"].map { .string($0) })
        let errors = spans("invoke_agent").map { attribute("error.type", of: $0) }
        #expect(errors == [.string("unavailable"), nil, nil, nil, nil, .string("limitExceeded")])
        #expect(tracer.activeSpans.isEmpty)
        #expect(log.entries.filter { $0.level == .warning && $0.message == "turn failed" }.count == 2)
    }

    @Test("A job that is given up says so as an error, with its kind and never its words")
    func jobs() async throws {
        let failing = ScriptedLanguageModel(capabilities: Self.real) { request in
            if request.outputFormat != .text { throw CompanionError(.unauthenticated, "no key") }
            return "fine"
        }
        let scene = try await scene(failing)
        _ = try await scene.companion.chats.reply(to: "I live in Turin.", in: scene.chat, by: scene.user)
        scene.clock.advance(by: .seconds(3_600))
        _ = try await scene.companion.jobs.workDue()
        let span = try #require(
            spans("companion.job memory.extract").first, "\(tracer.finishedSpans.map(\.operationName))")
        #expect(attribute("companion.outcome", of: span) == .string("dead"))
        #expect(attribute("error.type", of: span) == .string("unauthenticated"))
        let line = try #require(log.entries.first { $0.level == .error })
        #expect(line.message == "job dead" && line.metadata["job"] == "memory.extract")
        #expect(spans("chat scripted").contains { $0.parentSpanID == span.spanID })
    }

    @Test("Nothing that anybody wrote is in a log line, a metric or a span")
    func content() async throws {
        var random = SeededGenerator.announced()
        func secret() -> String { "secret\(UInt32.random(in: .min ... .max, using: &random))" }
        let reply = secret()
        let model = ScriptedLanguageModel(capabilities: Self.real) { request in
            if request.outputFormat != .text { throw CompanionError(.unavailable, "down") }
            return ScriptedReply(steps: [
                .event(.text("so \(reply) ")), .failure(CompanionError(.refused, "no", underlying: Leak(text: reply))),
            ])
        }
        let scene = try await scene(model, name: secret(), screening: Moderation())
        let user = try await scene.companion.accounts.update(scene.user, persona: "I am \(secret()).")
        for text in [
            "My dog is called \(secret()).", "I want to kill myself \(secret())", "What is my dog called? \(secret())",
        ] {
            _ = try? await scene.companion.chats.reply(to: text, in: scene.chat, by: scene.user)
            _ = try? await scene.companion.memories.add("Ada knows \(secret()).", by: user.id)
        }
        scene.clock.advance(by: .seconds(3_600))
        _ = try await scene.companion.jobs.workDue()
        var seen = log.entries.map { "\($0.message) \($0.metadata)" }
        for span in tracer.finishedSpans {
            seen.append("\(span.operationName) \(span.errors) \(span.events)")
            span.attributes.forEach({ seen.append("\($0) \($1)") })
        }
        seen +=
            metrics.recorders.map { "\($0.label) \($0.dimensions)" }
            + metrics.counters.map { "\($0.label) \($0.dimensions)" }
        #expect(seen.count > 50)
        let leaks = seen.filter { $0.contains("secret") }
        #expect(leaks.isEmpty, "seed \(random.seed): \(leaks)")
        let identifiers = ["\(scene.user)", "\(scene.chat)"]
        for recorder in metrics.recorders {
            #expect(!recorder.dimensions.contains { identifiers.contains($0.1) }, "\(recorder.label) names somebody")
        }
    }
}

private struct Leak: Error {
    var text: String
}
