/// A chat in the index.
struct RecallChat: Sendable {
    var id: Chat.ID
    /// The places of its turns, by sequence number.
    var order: [Int32] = []
}
