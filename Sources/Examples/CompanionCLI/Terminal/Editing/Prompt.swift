/// What stands before the text that is edited.
struct Prompt: Sendable, Hashable {
    var text: String
    var style: Style?
    /// What stands before each further line of the text.
    var continuation: String

    init(_ text: String, style: Style? = .user, continuation: String = "… ") {
        self.text = text
        self.style = style
        self.continuation = continuation
    }
}
