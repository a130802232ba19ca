/// What the services share: the ports, given once, and what goes with them.
struct CompanionContext: Sendable {
    let languageModel: any LanguageModel
    let store: any RelationalStore
    let tokenCounter: any TokenCounter
    let admission: (any TurnAdmission)?
    let screening: (any TurnScreening)?
    let recall: (any MemoryRecall)?
    let clock: any WallClock
    let random: any RandomSource
    let identifiers: IdentifierGenerator
    let configuration: Companion.Configuration
    let histories: HistoryCache
    let leaseHolder: LeaseHolder
}
