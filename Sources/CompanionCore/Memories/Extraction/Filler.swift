/// Knows what is said for the sake of talking.
enum Filler {
    /// Whether a statement says nothing that is worth knowing later.
    ///
    /// - Parameter content: The stems of its words that carry meaning, without the names of those who talk.
    static func isFiller(_ text: String, content: Set<String>) -> Bool {
        if text.hasSuffix("?") || text.hasSuffix("？") { return true }
        return content.subtracting(smallTalk).isEmpty
    }

    /// A question that tells nothing of who asks it.
    static func isBareQuestion(_ sentence: SaidSentence) -> Bool {
        guard sentence.isQuestion else { return false }
        let plain = FactWords(sentence.text).plain
        // "Did I tell you that my sister got married?" tells something; "Can I ask you something?" does not.
        return !plain.contains("my") && !plain.contains("our") && !plain.dropFirst(2).contains("i")
    }

    /// Stems of greetings, thanks, and of words about the conversation itself.
    private static let smallTalk = Set(
        """
        hello hi hey greet greeting bye goodbye thank thanks please sorry welcome good morning afternoon evening night \
        day nice great fine well cool wow lol haha hmm ask asks question answer say says said talk chat speak tell tells \
        message conversation reply respond wonder know want like lot think thing something anything person user today \
        name yeah yep nope sure
        """.split(whereSeparator: \.isWhitespace).map { FactWords.stem(String($0)) })
}
