#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A message that was said elsewhere, to be kept in a chat here as if it had been said in it.
public struct ImportedMessage: Sendable, Hashable {
    public var author: Message.Author
    /// Every text that was said in its place ("swipes"), oldest first: 1 to 256.
    public var alternatives: [String]
    /// The index of the alternative that counts; its text must not be blank.
    public var selected: Int
    /// When it was said. Nil takes the time of the message before it.
    public var date: Date?
    /// Who said it, where that is neither the chat's person nor its character (in a group, say). It is put before
    /// each text, as `Name: text`, because a message here has no speaker of its own.
    public var name: String?

    public init(
        author: Message.Author, alternatives: [String], selected: Int = 0, date: Date? = nil, name: String? = nil
    ) {
        self.author = author
        self.alternatives = alternatives
        self.selected = selected
        self.date = date
        self.name = name
    }

    public init(_ author: Message.Author, _ text: String, date: Date? = nil, name: String? = nil) {
        self.init(author: author, alternatives: [text], date: date, name: name)
    }
}

extension ImportedMessage {
    /// The texts as they are kept.
    ///
    /// - Parameter place: Where the message stands among those that are imported, from 1; for the errors.
    func checkedTexts(at place: Int, maximumBytes: Int) throws(CompanionError) -> [String] {
        guard (1...ChatService.maximumAlternatives).contains(alternatives.count) else {
            throw CompanionError(
                .invalidInput,
                "The message \(place) has \(alternatives.count) texts; 1 to \(ChatService.maximumAlternatives) are taken."
            )
        }
        guard alternatives.indices.contains(selected), !alternatives[selected].isBlank else {
            throw CompanionError(
                .invalidInput, "The message \(place) has no text: the selected one is missing or blank.")
        }
        var texts: [String] = []
        for text in alternatives {
            let spoken = name.map { "\($0): \(text)" } ?? text
            texts.append(try Checked.text(spoken, "The message \(place)", maximumBytes: maximumBytes))
        }
        return texts
    }
}
