/// What lore may still take, of each book's tokens and of all.
struct LorebookRoom {
    private var books: [Int?]
    private var all: Int?

    init(books: [Int?], all: Int?) {
        self.books = books
        self.all = all.map { max(0, $0) }
    }

    /// Counts what is kept in any case against its book.
    mutating func takeFromBook(_ piece: LorebookActivation.Piece) {
        books[piece.book] = books[piece.book].map { max(0, $0 - piece.tokens) }
    }

    /// Keeps what fits, and drops the rest from the lowest priority up. What is larger than the whole budget is dropped
    /// for itself.
    ///
    /// - Returns: What is kept, in the order of the prompt.
    mutating func keep(
        _ pieces: [LorebookActivation.Piece], of entries: [CompiledLorebookEntry], exempt constantsAreExempt: Bool,
        _ drop: (_ index: Int, LorebookCause) -> Void
    ) -> [LorebookActivation.Piece] {
        let ranked = pieces.sorted { Self.rank(entries[$0.number]) > Self.rank(entries[$1.number]) }
        let (wholeBooks, whole) = (books, all)
        var isFull = false
        var fullBooks: Set<Int> = []
        var kept: [LorebookActivation.Piece] = []
        for piece in ranked {
            let entry = entries[piece.number]
            // Of nothing but comments, say.
            if piece.text.isBlank {
                drop(piece.number, .empty)
                continue
            }
            let isExempt = entry.extras.ignoresBudget || constantsAreExempt && entry.isConstant
            if !isExempt {
                let book = books[piece.book] ?? .max
                if fullBooks.contains(piece.book) || piece.tokens > book {
                    if piece.tokens <= wholeBooks[piece.book] ?? .max { fullBooks.insert(piece.book) }
                    drop(piece.number, .bookBudget)
                    continue
                }
                if isFull || piece.tokens > all ?? .max {
                    if piece.tokens <= whole ?? .max { isFull = true }
                    drop(piece.number, .budget)
                    continue
                }
            }
            books[piece.book] = books[piece.book].map { max(0, $0 - piece.tokens) }
            all = all.map { max(0, $0 - piece.tokens) }
            kept.append(piece)
        }
        return kept.sorted(by: LorebookActivation.Piece.stand)
    }

    /// Higher ones are kept first; of equal ones the first of the books.
    private static func rank(_ entry: CompiledLorebookEntry) -> (Int, Int, Int, Int) {
        (entry.decorators.ignoresOnFullContext ? 0 : 1, entry.priority, -entry.book, -entry.index)
    }
}
