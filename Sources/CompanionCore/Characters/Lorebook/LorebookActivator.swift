/// Lorebooks made ready for any number of activations: all keys in one automaton, expressions compiled.
///
/// An activation is a pure function of what it is given. It costs time in proportion to the texts searched and to what
/// is found in them; that there are thousands of entries costs next to nothing.
public final class LorebookActivator: Sendable {
    let entries: [CompiledLorebookEntry]
    let matcher: LorebookKeyMatcher
    let regexes: [BoundedRegex]
    /// The entries that each key, and each expression, is one of the keys of.
    let entriesOfKey: [[Int32]]
    let entriesOfRegex: [[Int32]]
    /// The expressions that can match only where the key is found, and those of which no such key is known.
    let regexesOfKey: [Int: [Int32]]
    let unfilteredRegexes: [Int32]
    /// How many messages each expression is searched for in.
    let regexDepths: [Int]
    /// The entries that may be used without a key.
    let keyless: [Int32]
    /// By entry: the reason for its being out before anything is searched.
    let initialCauses: [LorebookCause]
    let tokenBudgets: [Int?]
    let recursion: [Bool]
    let bookSizes: [Int]
    let options: LorebookOptions
    let macros: Macros
    let counter: any TokenCounter
    let deepestScan: Int
    let deepestLevel: Int
    /// What in the books can't be used: expressions that are invalid or not supported.
    public let warnings: [CharacterCard.Warning]
    /// What is the same each time, within `budget`; ``activate(in:after:random:budget:)`` leaves it out of its pieces.
    let stablePieces: [LorebookActivation.Piece]
    let stableCauses: [Int: LorebookCause]

    /// - Parameters:
    ///   - books: Those of the character before those of the world.
    ///   - names: By which ``LorebookState`` knows them, so that it holds when other books come and go; those that have
    ///     none are known by their places.
    ///   - macros: Replaced in keys and in what entries say.
    ///   - counter: Counts what they say.
    ///   - budget: The most tokens that constant entries may take; nil for no bound but the books' own.
    public init(
        _ books: [Lorebook], names: [String] = [], macros: Macros, options: LorebookOptions = .init(),
        counter: any TokenCounter = EstimatingTokenCounter(), budget: Int? = nil
    ) {
        var compiler = LorebookCompiler(macros: macros, options: options)
        for (index, book) in books.enumerated() {
            compiler.add(book, at: index, named: index < names.count ? names[index] : "\(index)")
        }
        compiler.matcher.finish()
        (entries, matcher, regexes) = (compiler.entries, compiler.matcher, compiler.regexes)
        (entriesOfKey, entriesOfRegex) = (compiler.entriesOfKey, compiler.entriesOfRegex)
        (regexesOfKey, unfilteredRegexes) = (compiler.regexesOfKey, compiler.unfilteredRegexes)
        regexDepths = compiler.regexDepths
        initialCauses = compiler.causes
        keyless = compiler.keyless
        warnings = compiler.warnings.list
        deepestScan = compiler.entries.lazy.map(\.scanDepth).max() ?? 0
        deepestLevel = compiler.entries.lazy.compactMap(\.extras.recursionLevel).max() ?? 0
        tokenBudgets = books.map { book in book.tokenBudget.flatMap { $0 > 0 ? $0 : nil } }
        recursion = books.map { $0.recursiveScanning ?? options.isRecursive }
        bookSizes = books.map(\.entries.count)
        (self.options, self.macros, self.counter) = (options, macros, counter)

        var pieces: [LorebookActivation.Piece] = []
        for (index, entry) in entries.enumerated() where entry.isStable && !initialCauses[index].isFinal {
            pieces.append(entry.piece(.constant, macros: macros, counter: counter, messageCount: nil))
        }
        var room = LorebookRoom(books: tokenBudgets, all: budget)
        var causes: [Int: LorebookCause] = [:]
        let kept = room.keep(pieces, of: entries, exempt: options.constantsIgnoreBudgets) { causes[$0] = $1 }
        stablePieces = kept
        stableCauses = causes
    }

    /// Whether two activations of one scene may differ.
    var dependsOnChance: Bool {
        entries.contains { $0.extras.probability != nil || !$0.extras.groups.isEmpty && !$0.extras.winsGroup }
    }

    /// Decides which entries are used now.
    ///
    /// - Parameters:
    ///   - state: What the chat's last activation left. One that is of the same count of messages, or of a later one,
    ///     counts as not having been: so a reply can be made again.
    ///   - random: Decides probabilities and groups.
    ///   - budget: The most tokens that they may take together, besides the constant ones; nil for no bound.
    public func activate(
        in scene: LorebookScene, after state: LorebookState = .init(),
        random: any RandomSource = SystemRandomSource(), budget: Int? = nil
    ) -> LorebookActivation {
        var run = LorebookRun(self, scene: scene, state: state, random: random)
        return run.finish(budget: budget)
    }

    /// All that is used, constant entries and those called now, in the order of the prompt.
    public func allPieces(of activation: LorebookActivation) -> [LorebookActivation.Piece] {
        (stablePieces + activation.pieces).sorted(by: LorebookActivation.Piece.stand)
    }
}

extension LorebookActivation.Piece {
    /// By insertion order; then as the books have it.
    static func stand(_ left: Self, before right: Self) -> Bool {
        (left.order, left.book, left.entry) < (right.order, right.book, right.entry)
    }
}

extension LorebookCause {
    /// Whether nothing can bring the entry in.
    var isFinal: Bool { self == .disabled || self == .empty }
}
