/// How long things are kept; nil keeps them until somebody deletes them, which is the default of each.
public struct RetentionRules: Sendable, Hashable {
    /// A chat that was not used for so long is deleted, with what was learnt from it.
    public var idleChats: Duration?
    /// For so long something that was forgotten is not learnt again. Afterwards not even its fingerprint is kept, so that the
    /// same words, where they are still in a chat that is read again, may be remembered again.
    public var forgottenMemories: Duration?
    /// A job that was given up is deleted so long after its last attempt.
    public var deadJobs: Duration?
    /// The receipt of an erasure is deleted so long after its end.
    public var receipts: Duration?
    /// A decision of moderation is deleted so long after it was made; the yearly numbers stay.
    public var moderationRecords: Duration?
    /// How often it is looked whether something is to be deleted.
    public var interval: Duration

    public init(
        idleChats: Duration? = nil, forgottenMemories: Duration? = nil, deadJobs: Duration? = nil,
        receipts: Duration? = nil, moderationRecords: Duration? = nil, interval: Duration = .seconds(3_600)
    ) {
        self.idleChats = idleChats
        self.forgottenMemories = forgottenMemories
        self.deadJobs = deadJobs
        self.receipts = receipts
        self.moderationRecords = moderationRecords
        self.interval = interval
    }

    var keepsEverything: Bool {
        idleChats == nil && forgottenMemories == nil && deadJobs == nil && receipts == nil
            && moderationRecords == nil
    }
}
