/// What a piece of text is, for its looks.
enum Style: Sendable, Hashable, CaseIterable {
    /// The name of a character.
    case character
    /// The name, or the prompt, of the person at the keyboard.
    case user
    /// What may be overlooked.
    case dim
    case warning
    case error
    /// Commands and what is to be typed.
    case code

    /// The entry of the 256-colour palette. Unlike the first sixteen, which each theme sets anew, these are the same
    /// everywhere; all of these have a contrast of at least 3.8 against black and against white (WCAG 2).
    var color: Int {
        switch self {
        case .character: 134
        case .user: 31
        case .dim: 244
        case .warning: 166
        case .error: 160
        case .code: 28
        }
    }

    /// Whether the text is bold too.
    var isBold: Bool {
        switch self {
        case .character, .user, .error: true
        case .dim, .warning, .code: false
        }
    }
}
