/// A family of models by the vocabulary that cuts text into their tokens. A closed set that may grow.
public struct TokenVocabulary: Sendable, Hashable, CustomStringConvertible {
    enum Kind: String {
        case o200k, cl100k
    }
    let kind: Kind

    /// `o200k_base`: GPT-4o, GPT-4.1, GPT-5, the o series and gpt-oss. Also the nearest guess for other recent
    /// multilingual models.
    public static let o200k = TokenVocabulary(kind: .o200k)
    /// `cl100k_base`: GPT-4, GPT-3.5 Turbo and the `text-embedding-3` models. Models of that age and small vocabularies
    /// spend about as much outside English.
    public static let cl100k = TokenVocabulary(kind: .cl100k)

    public var description: String { kind.rawValue }
}
