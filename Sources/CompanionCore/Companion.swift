/// The composition root: takes the ports once, and hands out the services.
///
/// ```swift
/// let companion = Companion(languageModel: model, relationalStore: store)
/// let ada = try await companion.accounts.register(name: "Ada")
/// ```
///
/// Making one starts nothing; ``run()`` does what is to be done in the background.
public struct Companion: Sendable {
    let context: CompanionContext

    /// - Parameters:
    ///   - languageModel: Writes the replies.
    ///   - relationalStore: Keeps everything.
    ///   - tokenCounter: Counts for prompts; an estimate by default.
    ///   - admission: Quotas and rates; nil admits every turn.
    ///   - screening: Moderation; nil lets everything through.
    ///   - recall: Long-term memory; nil recalls nothing.
    ///   - clock: The time; the machine's by default.
    ///   - random: Chance; the system's by default.
    public init(
        languageModel: any LanguageModel, relationalStore: any RelationalStore,
        tokenCounter: any TokenCounter = EstimatingTokenCounter(), admission: (any TurnAdmission)? = nil,
        screening: (any TurnScreening)? = nil, recall: (any MemoryRecall)? = nil,
        clock: any WallClock = SystemClock(), random: any RandomSource = SystemRandomSource(),
        configuration: Configuration = .init()
    ) {
        let identifiers = IdentifierGenerator(clock: clock, random: random)
        context = CompanionContext(
            languageModel: languageModel, store: relationalStore, tokenCounter: tokenCounter, admission: admission,
            screening: screening, recall: recall, clock: clock, random: random,
            identifiers: identifiers, configuration: configuration,
            histories: HistoryCache(maximumCost: configuration.historyCacheBytes),
            leaseHolder: configuration.leaseHolder ?? LeaseHolder(name: "\(identifiers.next(LeaseHolder.self))"))
    }

    /// The people.
    public var accounts: AccountService { AccountService(context: context) }
    /// The characters that they keep.
    public var characters: CharacterService { CharacterService(context: context) }
    /// Their conversations.
    public var chats: ChatService { ChatService(context: context) }

    /// Does what is to be done in the background, until the task is cancelled: repairs what processes left behind
    /// when they died.
    public func run() async throws {
        while true {
            // An index that is away for a moment must not end the work; the next round finds what this one missed.
            do { try await chats.repair() } catch let error as CompanionError where error.retry != .never {}
            try await context.clock.sleep(for: context.configuration.repairInterval)
        }
    }

    /// Runs `body` with the background work beside it; the work ends when `body` does.
    public func run<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self, returning: Result.self, isolation: isolation) { group in
            group.addTask { try await run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
