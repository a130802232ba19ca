/// What the services share: the ports, given once, and what goes with them. A reference, because it goes everywhere.
final class CompanionContext: Sendable {
    let languageModel: any LanguageModel
    let moreLanguageModels: [any LanguageModel]
    let store: any RelationalStore
    let tokenCounter: any TokenCounter
    let admission: (any TurnAdmission)?
    let quotas: QuotaGate?
    let screening: (any TurnScreening)?
    let recall: (any MemoryRecall)?
    let recallService: RecallService
    let clock: any WallClock
    let random: any RandomSource
    let identifiers: IdentifierGenerator
    let configuration: Companion.Configuration
    let histories: HistoryCache
    let rows: StoredRows
    let lore: LoreCache
    let checkpoints: CheckpointQueue
    let memoryExtractor: any MemoryExtractor
    let memoryIndex: MemoryIndex?
    let rejections: MemoryRejections
    let vectorStore: (any VectorStore)?
    let blobStore: (any BlobStore)?
    let speechSynthesizer: (any SpeechSynthesizer)?
    let speechTranscriber: (any SpeechTranscriber)?
    let morePersonalData: [any PersonalDataPart]
    let passwordHasher: (any PasswordHasher)?
    let accessTokenIssuer: (any AccessTokenIssuer)?
    let identityVerifiers: [any IdentityVerifier]
    let accountMailer: (any AccountMailer)?
    let leaseHolder: LeaseHolder
    let catalogCache = CatalogCache()
    let observer: (any CompanionObserver)?

    init(
        languageModel: any LanguageModel, moreLanguageModels: [any LanguageModel], store: any RelationalStore,
        tokenCounter: any TokenCounter, admission: (any TurnAdmission)?, quotas: QuotaGate?,
        screening: (any TurnScreening)?, recall: (any MemoryRecall)?, recallService: RecallService,
        clock: any WallClock, random: any RandomSource, identifiers: IdentifierGenerator,
        configuration: Companion.Configuration, histories: HistoryCache, rows: StoredRows, checkpoints: CheckpointQueue,
        memoryExtractor: any MemoryExtractor, memoryIndex: MemoryIndex?, rejections: MemoryRejections,
        vectorStore: (any VectorStore)?, blobStore: (any BlobStore)?, speechSynthesizer: (any SpeechSynthesizer)?,
        speechTranscriber: (any SpeechTranscriber)?, morePersonalData: [any PersonalDataPart],
        passwordHasher: (any PasswordHasher)?, accessTokenIssuer: (any AccessTokenIssuer)?,
        identityVerifiers: [any IdentityVerifier], accountMailer: (any AccountMailer)?, leaseHolder: LeaseHolder,
        observer: (any CompanionObserver)?
    ) {
        self.languageModel = languageModel
        self.moreLanguageModels = moreLanguageModels
        self.store = store
        self.tokenCounter = tokenCounter
        self.admission = admission
        self.quotas = quotas
        self.screening = screening
        self.recall = recall
        self.recallService = recallService
        self.clock = clock
        self.random = random
        self.identifiers = identifiers
        self.configuration = configuration
        self.histories = histories
        self.rows = rows
        lore = LoreCache(maximumCost: configuration.loreCacheBytes)
        self.checkpoints = checkpoints
        self.memoryExtractor = memoryExtractor
        self.memoryIndex = memoryIndex
        self.rejections = rejections
        self.vectorStore = vectorStore
        self.blobStore = blobStore
        self.speechSynthesizer = speechSynthesizer
        self.speechTranscriber = speechTranscriber
        self.morePersonalData = morePersonalData
        self.passwordHasher = passwordHasher
        self.accessTokenIssuer = accessTokenIssuer
        self.identityVerifiers = identityVerifiers
        self.accountMailer = accountMailer
        self.leaseHolder = leaseHolder
        self.observer = observer
    }
}

extension CompanionContext {
    /// The stable beginning of a character's prompts, with lorebooks that are made ready already where there are such. The
    /// books themselves are read where they are new to this process.
    ///
    /// - Parameters:
    ///   - key: Nil for one of the stamps.
    ///   - stamps: The person's books that apply.
    ///   - budget: What the whole prompt may take.
    func preamble(
        for character: CompanionCharacter, and user: User, key: PromptComposer.Preamble.Key? = nil,
        stamps: [LorebookStamp], budget: Int, in transaction: any StoreTransaction
    ) throws -> PromptComposer.Preamble {
        let composer = PromptComposer(configuration: configuration.prompt)
        let key = key ?? PromptComposer.Preamble.Key(character, user, stamps)
        let lore = try self.lore.lore(for: .init(key, of: user.id, counter: tokenCounter, budget: budget)) {
            PromptComposer.Lore(
                of: character, and: user, try transaction.lorebooks.books(of: stamps, by: user.id),
                configuration: configuration.prompt, counter: tokenCounter, budget: budget)
        }
        return composer.preamble(for: character, and: user, key: key, lore: lore, counter: tokenCounter)
    }

    /// What can be done in the background.
    var jobHandlers: [JobHandler] {
        var handlers = [erasureHandler]
        if configuration.memory.isEnabled {
            handlers.append(
                JobHandler(kind: .extraction) { claim in
                    let (chat, user) = try claim.chat()
                    _ = try await ExtractionWork(context: self, user: user, chat: chat).coverNext(for: claim)
                })
            handlers.append(
                JobHandler(kind: .summary) { claim in
                    let (chat, user) = try claim.chat()
                    guard let lost = Int(claim.job.payload) else { return }
                    try await SummaryWork(context: self, user: user, chat: chat).perform(lost: lost, for: claim)
                })
        }
        if let memoryIndex {
            handlers.append(
                JobHandler(kind: .indexing) { claim in
                    guard let user = claim.job.user else { return }
                    try await memoryIndex.bringUp(user, from: self.store)
                })
        }
        if let accountMailer {
            handlers.append(
                JobHandler(kind: .accountMail) { claim in
                    try await AccountMailWork(context: self, mailer: accountMailer).perform(claim.job)
                })
        }
        return handlers
    }
}

extension JobClaim {
    /// The chat that the job's key names, and whose it is.
    fileprivate func chat() throws -> (Chat.ID, User.ID) {
        guard let chat = Chat.ID(job.key), let user = job.user else {
            throw CompanionError(.corrupted, "The job \(job.id) names no chat.")
        }
        return (chat, user)
    }
}
