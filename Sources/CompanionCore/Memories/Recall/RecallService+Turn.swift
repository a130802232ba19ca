/// Step 4 of a turn.
extension RecallService: MemoryRecall {
    func recall(for message: String, in context: TurnContext) async throws -> Recollection {
        let key = RecallShelf.Key(user: context.user.id, character: context.character.id)
        let found = try await find(
            Request(
                text: message, key: key, limit: Self.candidates,
                visible: context.firstVisible.map { [context.chat: $0] } ?? [:]))
        let items = try await items(of: found, by: key.user)
        let page = RecallPage(
            items: items, names: (context.user.name, Macros(of: context.character, and: context.user).character),
            budget: configuration.tokenBudget, maximumItems: configuration.maximumItems, counter: tokenCounter)
        return Recollection(text: page.text, count: page.items.count, omissions: found.omissions, items: page.items)
    }

    /// How many are looked at before the budget decides.
    private static let candidates = 100
}
