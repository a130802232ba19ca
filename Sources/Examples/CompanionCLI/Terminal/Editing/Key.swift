/// A key that was pressed, or text that was typed or pasted.
enum Key: Sendable, Hashable {
    /// Text with no control character but newline and tab.
    case text(String)
    /// Ctrl and a lower-case letter.
    case control(Character)
    /// Alt, or Escape first, and a character.
    case meta(Character)
    case enter
    /// Enter that does not end the input: Alt-Enter, Ctrl-J.
    case newline
    case tab
    case backspace
    case delete
    case up
    case down
    case left
    case right
    case home
    case end
    case wordLeft
    case wordRight
    case deleteWordBackward
    case deleteWordForward
}
