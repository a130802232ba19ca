/// What is recalled for a prompt.
struct RecallContext: Sendable, Hashable {
    /// Empty where nothing fits or nothing was found.
    var text = ""
    /// What is in the text, best first.
    var documents: [RecallDocument] = []
    /// Of the text, by the counter that it was made with.
    var tokens = 0
}
