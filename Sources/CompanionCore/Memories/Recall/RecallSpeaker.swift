/// Somebody who speaks in the index.
struct RecallSpeaker: Sendable {
    var isPerson: Bool
    /// The words of the name.
    var words: [UInt32] = []
    /// The name's first word that isn't a stop word: by it a query names the speaker.
    var firstName: WordHash?
    /// How many turns, and bytes of them, are the speaker's.
    var count = 0
    var length = 0
}
