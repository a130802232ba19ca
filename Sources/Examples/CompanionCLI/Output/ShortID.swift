internal import CompanionCore

extension Identifier {
    /// The last eight digits. The first ones are the time, and alike for what was made on one day.
    var short: String { String(description.suffix(8)) }

    /// Whether `text` means this identifier: the whole of it, or at least four of its last digits.
    func isMeant(by text: String) -> Bool {
        let digits = Self.digits(text)
        let own = Self.digits(description)
        return digits == own || digits.count >= 4 && own.hasSuffix(digits)
    }

    private static func digits(_ text: String) -> String { text.lowercased().filter { $0 != "-" } }
}
