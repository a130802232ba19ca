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
    ///   - moreLanguageModels: Further models, which tiers of the plan may name.
    ///   - plan: Tiers and their limits; nil limits nobody, and counts nothing.
    ///   - tokenCounter: Counts for prompts; an estimate by default.
    ///   - admission: Rules of the host's own for who may have a turn, besides the plan's; nil is none.
    ///   - screening: Moderation; nil lets everything through.
    ///   - recall: What is recalled for a reply; nil takes the library's own, over memories and messages, unless
    ///     ``MemoryConfiguration/isEnabled`` is false.
    ///   - embeddingModel: Finds memories by their meaning, together with `vectorStore`; without either, by their words.
    ///   - vectorStore: Keeps the vectors; an index that can be made anew.
    ///   - cache: Tells the processes that share the store, all of them with this cache, when a row has changed, so that each keeps
    ///     what it reads often outside of turns; see ``RowCacheConfiguration``. Nil reads everything from the store. Where it is
    ///     away or slow, the store is asked.
    ///   - blobStore: Keeps files.
    ///   - speechSynthesizer: Speaks messages; without it that throws `unsupported`.
    ///   - speechTranscriber: Writes down what people say; without it that throws `unsupported`.
    ///   - personalData: What else the program keeps about people: is erased with them.
    ///   - passwordHasher: Lets people sign in by password; without it that throws `unsupported`.
    ///   - accessTokenIssuer: Signs what sessions give out; without it nobody can sign in.
    ///   - identityVerifiers: Let people sign in at Google, Apple and others, one for each.
    ///   - accountMailer: Sends what people get by mail about their accounts; without it the host does, or nobody.
    ///   - observer: Is told what is done, for logs, metrics and traces.
    ///   - memoryExtractor: Finds what is worth remembering. Nil asks the language model, where it is no stand-in for one;
    ///     else rules do it.
    ///   - clock: The time; the machine's by default.
    ///   - random: Chance; the system's by default.
    public init(
        languageModel: any LanguageModel, relationalStore: any RelationalStore,
        moreLanguageModels: [any LanguageModel] = [], plan: SubscriptionPlan? = nil,
        tokenCounter: any TokenCounter = EstimatingTokenCounter(), admission: (any TurnAdmission)? = nil,
        screening: (any TurnScreening)? = nil, recall: (any MemoryRecall)? = nil,
        embeddingModel: (any EmbeddingModel)? = nil, vectorStore: (any VectorStore)? = nil,
        memoryExtractor: (any MemoryExtractor)? = nil, cache: (any Cache)? = nil,
        blobStore: (any BlobStore)? = nil, speechSynthesizer: (any SpeechSynthesizer)? = nil,
        speechTranscriber: (any SpeechTranscriber)? = nil, personalData: [any PersonalDataPart] = [],
        passwordHasher: (any PasswordHasher)? = nil, accessTokenIssuer: (any AccessTokenIssuer)? = nil,
        identityVerifiers: [any IdentityVerifier] = [], accountMailer: (any AccountMailer)? = nil,
        observer: (any CompanionObserver)? = nil,
        clock: any WallClock = SystemClock(), random: any RandomSource = SystemRandomSource(),
        configuration: Configuration = .init()
    ) {
        let identifiers = IdentifierGenerator(clock: clock, random: random)
        let marks = cache.map {
            RowMarks($0, configuration: configuration.rows, clock: clock, random: random)
        }
        let relationalStore = marks.map { WatchedStore(base: relationalStore, marks: $0) } ?? relationalStore
        func observed(_ model: any LanguageModel) -> any LanguageModel {
            observer.map { ObservedLanguageModel(base: model, observer: $0) } ?? model
        }
        let languageModel = observed(languageModel)
        let embeddingModel = embeddingModel.map { model in
            observer.map { ObservedEmbeddingModel(base: model, observer: $0) } ?? model
        }
        let extractor: any MemoryExtractor =
            memoryExtractor
            ?? (languageModel.capabilities.isSimulated
                ? RuleBasedMemoryExtractor()
                : ModelMemoryExtractor(languageModel, secondsFromUTC: configuration.memory.secondsFromUTC))
        let index = embeddingModel.flatMap { model in vectorStore.map { MemoryIndex(model: model, vectors: $0) } }
        let deadline = configuration.recallDeadline * 3 / 4
        let recallService = RecallService(
            store: relationalStore,
            shelves: RecallShelves(
                maximumCost: configuration.recall.indexCacheBytes,
                secondsFromUTC: configuration.memory.secondsFromUTC),
            meaning: index.map {
                MeaningSearch(embeddingModel: $0.model, vectorStore: $0.vectors, clock: clock, deadline: deadline)
            },
            tokenCounter: tokenCounter, clock: clock, configuration: configuration.recall,
            secondsFromUTC: configuration.memory.secondsFromUTC)
        context = CompanionContext(
            languageModel: languageModel, moreLanguageModels: moreLanguageModels.map(observed), store: relationalStore,
            tokenCounter: tokenCounter, admission: admission, quotas: plan.map(QuotaGate.init),
            screening: screening, recall: recall ?? (configuration.memory.isEnabled ? recallService : nil),
            recallService: recallService, clock: clock, random: random,
            identifiers: identifiers, configuration: configuration,
            histories: HistoryCache(maximumCost: configuration.historyCacheBytes),
            rows: StoredRows(
                store: relationalStore, marks: marks, configuration: configuration.rows),
            checkpoints: CheckpointQueue(store: relationalStore), memoryExtractor: extractor,
            memoryIndex: index, rejections: MemoryRejections(),
            vectorStore: vectorStore, blobStore: blobStore, speechSynthesizer: speechSynthesizer,
            speechTranscriber: speechTranscriber, morePersonalData: personalData,
            passwordHasher: passwordHasher, accessTokenIssuer: accessTokenIssuer, identityVerifiers: identityVerifiers,
            accountMailer: accountMailer,
            leaseHolder: configuration.leaseHolder ?? LeaseHolder(name: "\(identifiers.next(LeaseHolder.self))"),
            observer: observer)
    }

    /// The people.
    public var accounts: AccountService { AccountService(context: context) }
    /// The characters that they keep.
    public var characters: CharacterService { CharacterService(context: context) }
    /// The characters that they show to each other.
    public var catalog: CatalogService { CatalogService(context: context) }
    /// The lorebooks that they keep beside their characters.
    public var lorebooks: LorebookService { LorebookService(context: context) }
    /// Their conversations.
    public var chats: ChatService { ChatService(context: context) }

    /// What is known about the people.
    public var memories: MemoryService { MemoryService(context: context) }
    /// What the people have subscribed to, may do, and have used.
    public var subscriptions: SubscriptionService { SubscriptionService(context: context) }
    /// What moderation has decided and counted.
    public var moderation: ModerationService { ModerationService(context: context) }
    /// Messages as sound, and recordings as text.
    public var speech: SpeechService { SpeechService(context: context) }
    /// The export and the erasure of what is kept about people.
    public var privacy: PrivacyService { PrivacyService(context: context) }
    /// The background work, for those who run the system.
    public var jobs: JobService { JobService(context: context) }

    /// Does what is to be done in the background, until the task is cancelled: repairs what processes left behind
    /// when they died, and works on jobs, such as reading what was said for memories.
    public func run() async throws {
        try await repair()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await context.clock.sleep(for: context.configuration.repairInterval)
                    try await repair()
                }
            }
            if !context.configuration.retention.keepsEverything {
                group.addTask { try await RetentionWork(context: context).run() }
            }
            let worker = JobWorker(context: context, handlers: context.jobHandlers)
            for _ in 0..<max(0, context.configuration.jobs.workers) {
                group.addTask { try await worker.run() }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func repair() async throws {
        // A store that is away for a moment must not end the work; the next round finds what this one missed.
        do {
            try await chats.repair()
            try await accounts.deleteExpired()
            try await subscriptions.deleteExpired()
        } catch let error as CompanionError where error.retry != .never {}
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
