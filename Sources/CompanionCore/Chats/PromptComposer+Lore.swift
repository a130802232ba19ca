extension PromptComposer {
    /// What lore and notes a character brings, made ready once. Equal only to itself.
    struct Lore: Sendable, Hashable {
        /// Notes that are always shown, with their depths.
        var notes: [DepthItem]
        /// Nil where there are no books.
        let activator: LorebookActivator?
        /// What the character may have said first, to know a chat's greeting.
        let greetings: [String]
        /// About how much memory it takes, in bytes.
        let cost: Int

        var noteTokens: Int { notes.reduce(0) { $0 + $1.item.tokens } }

        /// Nil where neither the card nor a book brings anything.
        init?(
            of character: CompanionCharacter, and user: User, _ own: [CompanionLorebook], configuration: Configuration,
            counter: any TokenCounter, budget: Int
        ) {
            let (card, macros) = (character.card, Macros(of: character, and: user))
            // Named, so that what is remembered of their entries holds when books come and go.
            var named = card.book.map { [(name: "character", book: $0)] } ?? []
            named += own.map { ("\($0.id)", $0.book) }
            named += configuration.worldBooks.enumerated().map { ("world \($0)", $1) }
            let books = named.map(\.book)
            let counter = MessageTokenCounter(base: counter)
            let notes = [configuration.authorsNote, AuthorsNote(of: card)].compactMap(\.self).compactMap {
                note -> DepthItem? in
                let text = macros.expand(note.text)
                guard !text.isBlank else { return nil }
                let item = Preamble.Item(
                    message: PromptMessage(note.role, text, part: .instructions), title: "Author's note",
                    tokens: counter.count(text))
                return DepthItem(depth: max(0, note.depth), item: item)
            }
            let hasEntries = books.contains { !$0.entries.isEmpty }
            guard hasEntries || !notes.isEmpty else { return nil }
            self.notes = notes
            activator =
                hasEntries
                ? LorebookActivator(
                    books, names: named.map(\.name), macros: macros, options: configuration.lore, counter: counter,
                    budget: Self.share(of: budget, configuration)) : nil
            greetings = ([card.firstMessage] + card.alternateGreetings).map { macros.expand($0) }
            cost = books.reduce(1_024) { sum, book in
                sum + book.entries.reduce(0) { $0 + 2 * $1.content.utf8.count + 1_024 }
            }
        }

        static func share(of budget: Int, _ configuration: Configuration) -> Int {
            Int(Double(max(0, budget)) * min(max(configuration.lore.budgetShare, 0), 1))
        }

        /// What is always used and stands at one of these places in the prompt's beginning.
        func constantPieces(_ places: LorebookActivation.Place...) -> [LorebookActivation.Piece] {
            activator?.stablePieces.filter { places.contains($0.place) } ?? []
        }

        static func == (left: Lore, right: Lore) -> Bool {
            left.activator === right.activator && left.notes == right.notes && left.greetings == right.greetings
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(notes)
            hasher.combine(activator.map(ObjectIdentifier.init))
        }
    }

    /// A message that stands within the history.
    struct DepthItem: Sendable, Hashable {
        var depth: Int
        var item: Preamble.Item
    }

    /// The lore of one turn.
    struct TurnLore {
        var items: [DepthItem] = []
        var tail: [Preamble.Item] = []
        var segments: [PromptReport.Segment] = []
        var state = LorebookState()

        /// What stands before the message that is so far from the end, of `count` that are shown; what is deeper than
        /// all of them stands before the first.
        func itemsByDepth(of count: Int) -> [Int: [Preamble.Item]] {
            Dictionary(grouping: items) { min($0.depth, count) }.mapValues { $0.map(\.item) }
        }
    }

    /// Decides what lore is called for, within its share and what room there is, which it takes from `room`.
    func lore(of material: Material, room: inout Int, budget: Int, older: Int) -> TurnLore {
        var result = TurnLore(state: material.loreState)
        guard let lore = material.preamble.lore else { return result }
        result.items = lore.notes
        result.segments = lore.notes.map { note in
            .init(.instructions, title: note.item.title, tokens: note.item.tokens, note: Self.place(note.depth))
        }
        guard let activator = lore.activator else { return result }
        let share = Lore.share(of: budget, configuration) - material.preamble.constantLoreTokens
        let activation = activator.activate(
            in: scene(of: material, lore, isFull: older > room), after: material.loreState, random: material.random,
            budget: max(0, min(room, share)))
        result.state = activation.state
        for piece in activation.pieces {
            var role = PromptMessage.Role.system
            if case .depth(_, let own) = piece.place { role = own }
            let item = Preamble.Item(
                message: PromptMessage(role, piece.text, part: .lore), title: "Lore: \(piece.title)",
                tokens: piece.tokens)
            guard piece.tokens <= room else {
                result.segments.append(
                    .init(
                        .lore, title: item.title, tokens: item.tokens, isIncluded: false,
                        note: "there is no room for it"))
                continue
            }
            room -= piece.tokens
            var note = piece.reason
            if case .depth(let depth, _) = piece.place {
                result.items.append(DepthItem(depth: depth, item: item))
                note += "; \(Self.place(depth))"
            } else {
                result.tail.append(item)
            }
            result.segments.append(.init(.lore, title: item.title, tokens: item.tokens, note: note))
        }
        result.segments += Self.leftOut(of: activation, activator)
        return result
    }

    private static func place(_ depth: Int) -> String {
        depth == 0 ? "after the newest message" : "\(depth) messages from the end"
    }

    /// The most entries that a report names as left out.
    private static let reportedEntries = 50

    private static func leftOut(
        of activation: LorebookActivation, _ activator: LorebookActivator
    ) -> [PromptReport.Segment] {
        var segments: [PromptReport.Segment] = []
        var others = 0
        var number = 0
        for causes in activation.causes {
            for cause in causes {
                defer { number += 1 }
                switch cause {
                case _ where cause.isIncluded: continue
                case .noKey, .disabled, .empty, .recursionOnly: others += 1
                default:
                    guard segments.count < reportedEntries else {
                        others += 1
                        continue
                    }
                    segments.append(
                        .init(
                            .lore, title: "Lore: \(activator.entries[number].title)", tokens: 0, isIncluded: false,
                            note: cause.description))
                }
            }
        }
        if others > 0 {
            segments.append(
                .init(
                    .lore, title: "Lore: \(others) more entries", tokens: 0, isIncluded: false, note: "not called for"))
        }
        return segments
            + activation.warnings.map { .init(.lore, title: "Lore", tokens: 0, isIncluded: false, note: $0.message) }
    }

    private func scene(of material: Material, _ lore: Lore, isFull: Bool) -> LorebookScene {
        let entries = material.history.entries
        let depth = lore.activator?.deepestScan ?? 0
        // A message that is only thought of has no number yet.
        let last = entries.last?.sequence ?? 0
        let count = last == .max ? (entries.dropLast().last?.sequence ?? 0) + 1 : last
        let reachesStart = material.history.reachesStart
        let said = entries.count { $0.author == .character }
        var greeting: Int?
        if reachesStart, let first = entries.first, first.author == .character, first.sequence == 1 {
            greeting = lore.greetings.firstIndex(of: first.text)
        }
        return LorebookScene(
            texts: entries.suffix(depth).reversed().map(\.text), messageCount: count,
            // What is older than the window is taken to be the character's by half.
            characterMessageCount: said + (reachesStart ? 0 : ((entries.first?.sequence ?? 1) - 1) / 2),
            greeting: greeting, isContextFull: isFull)
    }
}

/// Counts texts as messages: with what a provider adds around each.
private struct MessageTokenCounter: TokenCounter {
    let base: any TokenCounter
    var identifier: String { base.identifier }
    func count(_ text: String) -> Int { base.count(text) + PromptComposer.messageOverhead }
}
