/// Why something was recalled: the parts of its score, which add up to the whole. The best match of words alone has about
/// 1; scores of different queries can't be compared.
public struct RecallScore: Sendable, Hashable {
    /// The words that it, or a memory that came from it, shares with the query.
    public var words: Double
    /// The similarity of its embedding to the query's.
    public var meaning: Double
    /// What it takes from the turns around it: an answer is found by its question.
    public var propagated: Double
    /// What it takes from the best turns of its session.
    public var session: Double
    /// What is added because of who said it, and taken away from questions; may be negative.
    public var speaker: Double
    /// How recent it is; at most 0.1.
    public var recency: Double
    /// How important it is; at most 0.1.
    public var importance: Double

    public init(
        words: Double = 0, meaning: Double = 0, propagated: Double = 0, session: Double = 0, speaker: Double = 0,
        recency: Double = 0, importance: Double = 0
    ) {
        self.words = words
        self.meaning = meaning
        self.propagated = propagated
        self.session = session
        self.speaker = speaker
        self.recency = recency
        self.importance = importance
    }

    public var total: Double { words + meaning + propagated + session + speaker + recency + importance }
}
