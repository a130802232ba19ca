/// The constants of recall.
///
/// Measured by evidence recall on public conversations of real people and of companions, on the half that is kept for
/// tuning; none is specific to a set.
struct RecallWeights: Sendable, Hashable {
    /// BM25: how soon a repeated word stops counting, and how much long texts are held back.
    var k1: Float = 0.9
    var b: Float = 0.75
    /// How much of a text's score depends on the share of the query's words, by weight, that it has.
    var coverage: Float = 0.5

    /// What a turn takes of the scores of the two turns before it and of the next one.
    var before: Float = 0.3
    var twoBefore: Float = 0.15
    var after: Float = 0.15
    /// What it takes of the turn before where that is the other's question.
    var answer: Float = 0.6
    /// How much of the mean of its session's three best turns is added.
    var session: Float = 0.3
    /// What is added, as a share, where the query names who said it.
    var speaker: Float = 0.8
    /// What a question is worth beside what is said: it has the words, and the answer has what is asked for.
    var question: Float = 0.9
    /// A longer silence begins a new session. Of the pauses within a sitting 99.5 % are shorter than five hours, of
    /// those between sittings 95 % are longer; two to eight hours do as well.
    var sessionGap: Double = 5 * 3_600

    /// The most that recency and importance add. As a factor recency ruins recall; as a small term it decides ties.
    var recency: Float = 0.05
    var importance: Float = 0.05
    /// The age at which recency has halved; at three times the age a quarter is left.
    var recencyHalfLife: Double = 30 * 86_400

    /// How many of each list are fused, and the share of words where the query's words are well covered, and badly.
    var fused = 100
    var words: Float = 0.65
    var wordsAtLeast: Float = 0.2
    var wellCovered: Float = 0.5
    var badlyCovered: Float = 0.2

    /// Where the character's turns are as many times longer than the person's as the first says, what the person said
    /// begins to weigh more, in proportion, up to the second: chats with an assistant, and prose.
    var verbosity: Float = 2
    var personAtMost: Float = 3
}
