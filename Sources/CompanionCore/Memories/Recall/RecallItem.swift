/// What was found, with its words as the store has them now.
struct RecallItem: Sendable, Hashable {
    var hit: RecallHit
    /// The name of who said it; empty for a fact.
    var speaker = ""
    var text: String
}
