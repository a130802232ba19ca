import CompanionCore
import CompanionInMemory
import CompanionTesting
import Foundation

/// A person with a chat, under a plan.
struct QuotaFixture {
    let store: any RelationalStore
    let clock: ManualClock
    let companion: Companion
    let user: User.ID
    let chat: Chat.ID

    /// - Parameter tokens: What each reply costs, prompt and completion.
    init(
        _ plan: SubscriptionPlan, store: any RelationalStore = InMemoryStore(),
        model: (any LanguageModel)? = nil, more: [any LanguageModel] = [], tokens: (Int, Int) = (90, 10),
        timeZone: String? = nil, screening: (any TurnScreening)? = nil,
        configuration: Companion.Configuration = .init(memory: .init(isEnabled: false))
    ) async throws {
        self.store = store
        clock = ManualClock()
        let model =
            model
            ?? ScriptedLanguageModel { _ in
                .text("fine", usage: .init(promptTokens: tokens.0, completionTokens: tokens.1))
            }
        companion = Companion(
            languageModel: model, relationalStore: store, moreLanguageModels: more, plan: plan, screening: screening,
            clock: clock, random: SeededRandomSource(seed: 1), configuration: configuration)
        user = try await companion.accounts.register(name: "Ada", preferences: .init(timeZone: timeZone)).id
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user)
        chat = try await companion.chats.start(with: character.id, by: user).id
    }

    init(
        _ limits: TierLimits, grace: Duration = .zero, timeZone: String? = nil, model: (any LanguageModel)? = nil,
        screening: (any TurnScreening)? = nil
    ) async throws {
        let plan = try SubscriptionPlan(
            tiers: [
                Tier("free", title: "Free", limits: limits),
                Tier("plus", title: "Plus", limits: .init(messagesPerDay: 5, tokensPerMonth: 1_000_000)),
            ], grace: grace)
        self = try await QuotaFixture(plan, model: model, timeZone: timeZone, screening: screening)
    }

    @discardableResult
    func say(_ text: String = "Hello", clientID: ClientMessageID? = nil) async throws -> Message {
        try await companion.chats.reply(to: text, in: chat, by: user, clientID: clientID)
    }

    /// The error of a turn that must be refused.
    func refusal(of text: String = "Hello") async throws -> CompanionError? {
        do {
            try await say(text)
            return nil
        } catch let error as CompanionError { return error }
    }

    var usage: UsageSummary { get async throws { try await companion.subscriptions.usage(of: user) } }
}
