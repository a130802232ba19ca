/// Cuts a text that arrives in pieces into sentences that can be spoken.
///
/// How the text is cut into pieces makes no difference. The sources of all sentences, one after the other, are the
/// text. Reads each piece once, but for what is not yet a sentence: at most ``Options/maximumLength`` characters.
public struct SentenceSplitter: Sendable {
    public struct Sentence: Sendable, Hashable {
        /// As it was written, with the white space after it.
        public var source: String
        /// Without marks of Markdown, emoji and what else can't be said; empty where there is nothing to say.
        public var spoken: String
    }

    public struct Options: Sendable, Hashable {
        /// Shorter sentences are joined with the next one. In characters (Unicode scalars); 12 unless set.
        public var minimumLength: Int
        /// Longer ones are cut, between words where that is possible. 16 to 4,000; 400 unless set.
        public var maximumLength: Int
        /// Whether `*what is done*` is left out.
        public var skipsActions: Bool

        public init(minimumLength: Int = 12, maximumLength: Int = 400, skipsActions: Bool = false) {
            precondition(
                (16...4_000).contains(maximumLength) && (0..<maximumLength).contains(minimumLength),
                "A sentence has a longest length of 16 to 4,000, and a shorter shortest one.")
            self.minimumLength = minimumLength
            self.maximumLength = maximumLength
            self.skipsActions = skipsActions
        }
    }

    private let options: Options
    private var waiting: [Unicode.Scalar] = []
    private var text: SpeakableText

    public init(options: Options = .init()) {
        self.options = options
        text = SpeakableText(skipsActions: options.skipsActions)
    }

    /// Takes a piece of any length; returns the sentences that are whole now.
    public mutating func append(_ piece: String) -> [Sentence] {
        waiting.append(contentsOf: piece.unicodeScalars)
        return take(isLast: false)
    }

    /// The rest, after the last piece. The splitter can be used for another text then.
    public mutating func finish() -> [Sentence] {
        let sentences = take(isLast: true)
        self = SentenceSplitter(options: options)
        return sentences
    }

    /// The sentences of a whole text.
    public static func sentences(of text: String, options: Options = .init()) -> [Sentence] {
        var splitter = SentenceSplitter(options: options)
        return splitter.append(text) + splitter.finish()
    }

    private mutating func take(isLast: Bool) -> [Sentence] {
        var sentences: [Sentence] = []
        var rest = waiting[...]
        while let end = SentenceEnd.first(in: rest, isLast: isLast, options: options) {
            let sentence = rest[..<end]
            rest = rest[end...]
            sentences.append(Sentence(source: String(sentence), spoken: text.read(sentence)))
        }
        waiting = Array(rest)
        return sentences
    }
}

extension String {
    fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        self.init(view)
    }
}
