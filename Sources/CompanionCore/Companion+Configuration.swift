extension Companion {
    /// The bounds and habits of a companion. Every default stands in the initialiser.
    public struct Configuration: Sendable {
        public var prompt: PromptComposer.Configuration
        /// How models choose among likely tokens, where they accept it.
        public var sampling: LanguageModelRequest.Sampling
        /// Who this process is to others on the same store. The default has a random name, which nobody can tell to be
        /// dead: what a process leaves behind when it dies waits for its lease to expire.
        public var leaseHolder: LeaseHolder?
        /// How long a chat stays held after its turn's process has died. Renewed at a third of it.
        public var leaseDuration: Duration
        /// How often the text of a running reply is saved, so that little is lost when the process dies. Saving
        /// renews the lease too.
        public var checkpointInterval: Duration
        /// How much is recalled.
        public var recall: RecallConfiguration
        /// How long recall may take before the reply is made without it; the search by meaning has three quarters of it.
        public var recallDeadline: Duration
        /// How often ``Companion/run()`` looks for what dead processes left.
        public var repairInterval: Duration
        /// The longest message, in bytes of UTF-8.
        public var maximumMessageBytes: Int
        /// The longest reply, in bytes of UTF-8; a longer one is cut and marked as interrupted.
        public var maximumReplyBytes: Int
        /// What remembered histories may take in memory, in bytes.
        public var historyCacheBytes: Int
        /// What lorebooks that were made ready may take in memory, in bytes, so that chats with one character share them;
        /// about 6 KiB an entry. 0 lets each chat make its own.
        public var loreCacheBytes: Int
        /// How rows of the store that are read often are kept, where there is a cache.
        public var rows: RowCacheConfiguration
        /// What is learnt, and when.
        public var memory: MemoryConfiguration
        /// How background work is done.
        public var jobs: JobConfiguration
        /// How characters are shown to others.
        public var catalog: CatalogConfiguration
        /// How people sign in.
        public var accounts: AccountConfiguration
        /// How long things are kept.
        public var retention: RetentionRules

        public init(
            prompt: PromptComposer.Configuration = .init(), sampling: LanguageModelRequest.Sampling = .init(),
            leaseHolder: LeaseHolder? = nil, leaseDuration: Duration = .seconds(15),
            checkpointInterval: Duration = .seconds(1), recall: RecallConfiguration = .init(),
            recallDeadline: Duration = .seconds(2),
            repairInterval: Duration = .seconds(60), maximumMessageBytes: Int = 65_536,
            maximumReplyBytes: Int = 1_048_576, historyCacheBytes: Int = 64 << 20,
            loreCacheBytes: Int = 64 << 20, rows: RowCacheConfiguration = .init(),
            memory: MemoryConfiguration = .init(), jobs: JobConfiguration = .init(),
            catalog: CatalogConfiguration = .init(), accounts: AccountConfiguration = .init(),
            retention: RetentionRules = .init()
        ) {
            self.prompt = prompt
            self.sampling = sampling
            self.leaseHolder = leaseHolder
            self.leaseDuration = leaseDuration
            self.checkpointInterval = checkpointInterval
            self.recall = recall
            self.recallDeadline = recallDeadline
            self.repairInterval = repairInterval
            self.maximumMessageBytes = maximumMessageBytes
            self.maximumReplyBytes = maximumReplyBytes
            self.historyCacheBytes = historyCacheBytes
            self.loreCacheBytes = loreCacheBytes
            self.rows = rows
            self.memory = memory
            self.jobs = jobs
            self.catalog = catalog
            self.accounts = accounts
            self.retention = retention
        }
    }
}
