/// Step 4 of a turn.
extension RecallService: MemoryRecall {
    func recall(for message: String, in context: TurnContext) async throws -> Recollection {
        let key = RecallShelf.Key(user: context.user.id, character: context.character.id)
        // What is shown even where recall takes all that it may.
        let shown = context.visible?.first(whenRecalling: configuration.tokenBudget)
        let found = try await find(
            Request(
                text: message, key: key, limit: configuration.maximumItems + Self.spare,
                visible: shown.map { [context.chat: $0] } ?? [:], relevantShare: Self.relevantShare))
        let page = page(of: found.known, in: context)
        let items = Dictionary(found.known.map { ($0.hit.document, $0.result) }) { first, _ in first }
        return Recollection(
            text: page.text, count: page.documents.count, omissions: found.omissions,
            items: page.documents.compactMap { items[$0] })
    }

    /// How many more than wanted are looked at, because some are shown already or say the same.
    private static let spare = 16
    /// What only is recent or important, and matters little to the message, costs tokens.
    private static let relevantShare = 0.15

    /// Lays out what was found, without what the prompt shows beside a page of that length.
    private func page(of known: [Known], in context: TurnContext) -> RecallContext {
        let character = Macros(of: context.character, and: context.user).character
        let layout = RecallLayout(person: context.user.name, offset: secondsFromUTC)
        func page(of known: [Known]) -> RecallContext {
            layout.context(
                of: known.prefix(configuration.maximumItems).map {
                    $0.item(person: context.user.name, character: character)
                },
                within: configuration.tokenBudget, counter: tokenCounter)
        }
        let whole = page(of: known)
        guard let visible = context.visible, !whole.text.isEmpty else { return whole }
        let first = visible.first(whenRecalling: whole.tokens + PromptComposer.messageOverhead)
        // Without those the page is shorter, and what the prompt shows only grows.
        let hidden = known.filter { !$0.isShown(from: first, in: context.chat) }
        return hidden.count == known.count ? whole : page(of: hidden)
    }
}

extension RecallService.Known {
    fileprivate func item(person: String, character: String) -> RecallItem {
        switch result.content {
        case .memory: RecallItem(hit: hit, text: result.text)
        case .message(let message):
            RecallItem(hit: hit, speaker: message.author == .user ? person : character, text: result.text)
        }
    }

    /// Whether it is a message that the prompt shows, or a memory that comes from such ones alone.
    fileprivate func isShown(from first: Int, in chat: Chat.ID) -> Bool {
        switch result.content {
        case .message(let message): message.chat == chat && message.sequence >= first
        case .memory(let memory):
            !memory.isPinned
                && memory.sources.allSatisfy {
                    guard let source = $0.message else { return false }
                    return source.chat == chat && source.sequence >= first
                }
        }
    }
}
