/// Step 4 of a turn.
extension RecallService: MemoryRecall {
    func recall(for message: String, in context: TurnContext) async throws -> Recollection {
        let key = RecallShelf.Key(user: context.user.id, character: context.character.id)
        let found = try await find(
            Request(
                text: message, key: key, limit: Self.candidates,
                visible: context.firstVisible.map { [context.chat: $0] } ?? [:]))
        let known = try await read(found, of: key.user)
        let speaker = Macros(of: context.character, and: context.user).character
        let page = RecallLayout(person: context.user.name, offset: secondsFromUTC).context(
            of: known.prefix(configuration.maximumItems).map { $0.item(person: context.user.name, character: speaker) },
            within: configuration.tokenBudget, counter: tokenCounter)
        let items = Dictionary(known.map { ($0.hit.document, $0.result) }) { first, _ in first }
        return Recollection(
            text: page.text, count: page.documents.count, omissions: found.omissions,
            items: page.documents.compactMap { items[$0] })
    }

    /// How many are looked at before the budget decides.
    private static let candidates = 100
}

extension RecallService.Known {
    fileprivate func item(person: String, character: String) -> RecallItem {
        switch result.content {
        case .memory: RecallItem(hit: hit, text: result.text)
        case .message(let message):
            RecallItem(hit: hit, speaker: message.author == .user ? person : character, text: result.text)
        }
    }
}
