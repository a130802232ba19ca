/// Turns styles into escape sequences, or into nothing where colours are not wanted.
struct Palette: Sendable, Hashable {
    let isEnabled: Bool

    static let plain = Palette(isEnabled: false)

    /// `text` in `style`, and back to normal after it.
    func callAsFunction(_ style: Style?, _ text: String) -> String {
        guard isEnabled, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.isBold ? "1;" : "")38;5;\(style.color)m\(text)\u{1B}[0m"
    }
}
