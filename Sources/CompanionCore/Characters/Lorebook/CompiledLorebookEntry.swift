/// An entry with its keys as numbers, and all that it says of itself in one form.
struct CompiledLorebookEntry: Sendable {
    enum Key: Sendable, Hashable {
        case text(Int)
        case regex(Int)
        /// An expression that can't be used.
        case none
    }

    /// Its place among the entries of all books.
    var number: Int
    var book: Int
    var index: Int
    /// Its name in a ``LorebookState``.
    var stateName: String
    var title: String
    var text: String
    var decorators: LorebookDecorators
    var extras: LorebookExtras
    var keys: [Key] = []
    /// The same as the keys, for people.
    var keyNames: [String] = []
    var secondaryKeys: [Key] = []
    var additionalKeys: [Key] = []
    var excludedKeys: [Key] = []
    var isConstant: Bool
    var scanDepth: Int
    var order: Int
    /// Lower ones are dropped first.
    var priority: Int
    var place: LorebookActivation.Place

    /// Whether it is used each time, at a place in the prompt's beginning.
    var isStable: Bool {
        guard isConstant || decorators.isForced, !decorators.isSuppressed || decorators.isForced else { return false }
        switch place {
        case .depth: return false
        default: break
        }
        let isUnconditional =
            decorators.activateOnlyAfter == nil && decorators.activateOnlyEvery == nil && !decorators.activatesOnce
            && decorators.greeting == nil && decorators.userIcon == nil && !decorators.ignoresOnFullContext
            && additionalKeys.isEmpty && excludedKeys.isEmpty && decorators.reverseDepth == nil
        return isUnconditional && extras.probability == nil && extras.groups.isEmpty && extras.cooldown == 0
            && extras.delay == 0 && extras.recursionLevel == nil
    }

    func piece(
        _ cause: LorebookCause, macros: Macros, counter: any TokenCounter, messageCount: Int?
    ) -> LorebookActivation.Piece {
        let text = macros.expand(text)
        var place = place
        if let reverse = decorators.reverseDepth, let messageCount, decorators.position == nil, decorators.depth == nil
        {
            place = .depth(max(0, messageCount - reverse), decorators.role ?? .system)
        }
        return LorebookActivation.Piece(
            book: book, entry: index, title: title, text: text, tokens: counter.count(text), place: place,
            order: order, isStable: isStable, reason: cause.description, number: number)
    }
}
