/// How characters are shown to others.
public struct CatalogConfiguration: Sendable, Hashable {
    public enum Review: Sendable, Hashable {
        /// What the screening lets through is shown at once; what it flags waits for a moderator, what it blocks is refused.
        case automatic
        /// Everything waits for a moderator, but for what the screening blocks.
        case always
    }

    public var review: Review
    /// How long an entry, or the first page of a list, may be older than the store's, as others see it. Its own author, in
    /// the same process, sees it at once.
    public var cacheDuration: Duration

    public init(review: Review = .automatic, cacheDuration: Duration = .seconds(10)) {
        self.review = review
        self.cacheDuration = cacheDuration
    }
}

/// What a screening says of a text that somebody wants to show to others.
public enum SubmissionVerdict: Sendable, Hashable {
    case allow
    /// A person should look at it.
    case review(reasons: [String])
    case refuse(reasons: [String])
}
