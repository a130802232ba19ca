/// Puts a prompt together within a budget of tokens: a pure function of what it is given.
///
/// The order is that of change: what stays from turn to turn comes first (character, persona, example dialogues, the
/// summary of what was said before), then history, which is only appended to, then what may change each time (recalled
/// memories, instructions). So the beginning of one turn's prompt is the beginning of the next one's, byte for byte, and
/// providers can cache it.
///
/// What does not fit is dropped in this order: example dialogues, the oldest history (in steps, so that the prefix
/// holds for many turns; a summary stands for it where there is one), the summary, recalled memories, lore. Never
/// dropped: the character, the persona, instructions, notes and the newest message; where those do not fit, composing
/// throws `promptTooLarge`.
///
/// Lore that is always used stands with the character; what is called for stands behind the history, or within it where
/// its entry names a depth.
public struct PromptComposer: Sendable {
    public struct Configuration: Sendable {
        /// How to play a character, unless its card brings instructions of its own. Macros are expanded.
        public var instructions: String
        /// The most tokens of a prompt, however large the model's context window is. Default 16,384.
        public var maximumPromptTokens: Int
        /// Tokens kept free for the reply, and the most that it may have. Default 1,024.
        public var replyReserve: Int
        /// The share of the budget that is left unused, because token counts are estimates. Default 0.1; 0 with an
        /// exact counter.
        public var headroom: Double
        /// History is cut at sequence numbers that are one more than a multiple of this. Default 16.
        public var trimmingStep: Int
        /// How lorebooks are searched where they do not say it themselves, and the share of the prompt that they get.
        public var lore: LorebookOptions
        /// Books that every character knows; a character's own comes before them.
        public var worldBooks: [Lorebook]
        /// A note that is shown within the history each time; nil for none. A card can bring one of its own too.
        public var authorsNote: AuthorsNote?

        public init(
            instructions: String = Self.defaultInstructions, maximumPromptTokens: Int = 16_384,
            replyReserve: Int = 1_024, headroom: Double = 0.1, trimmingStep: Int = 16, lore: LorebookOptions = .init(),
            worldBooks: [Lorebook] = [], authorsNote: AuthorsNote? = nil
        ) {
            self.instructions = instructions
            self.maximumPromptTokens = maximumPromptTokens
            self.replyReserve = replyReserve
            self.headroom = headroom
            self.trimmingStep = trimmingStep
            self.lore = lore
            self.worldBooks = worldBooks
            self.authorsNote = authorsNote
        }

        public static let defaultInstructions = """
            You are {{char}}, in a conversation with {{user}}. Write {{char}}'s next reply only, in {{char}}'s own voice. \
            Stay true to the character below. Never write for {{user}}. Let the reply be as long as a person's would be.
            """
    }

    /// Tokens that a provider adds around each message.
    static let messageOverhead = 4

    public var configuration: Configuration

    public init(configuration: Configuration = .init()) { self.configuration = configuration }

    /// What a prompt is made of.
    struct Material {
        var preamble: Preamble
        var history: HistoryWindow
        var summary: ChatSummary?
        var recollection: Recollection?
        /// Whether something may be recalled in other turns, where nothing is in this one: then as much room is left as in
        /// those, so that the history begins at the same place.
        var mayRecall = false
        /// True where the last message of the history is a reply to go on with.
        var isContinuation = false
        /// What the last turn's lore left, so that this one goes on from it.
        var loreState = LorebookState()
        /// Decides the chances of lore.
        var random: any RandomSource = SystemRandomSource()
    }

    /// How many tokens prompt and reply may have with a model.
    func budget(for capabilities: LanguageModelCapabilities) -> (prompt: Int, reply: Int) {
        let window = max(0, capabilities.contextWindow)
        let reply = min(configuration.replyReserve, capabilities.maximumOutputTokens ?? .max, window / 2)
        let room = Double(window - reply) * (1 - min(max(configuration.headroom, 0), 0.9))
        return (min(Int(room), configuration.maximumPromptTokens), max(reply, 1))
    }

    func compose(
        _ material: Material, for capabilities: LanguageModelCapabilities, counter: any TokenCounter
    ) throws(CompanionError) -> Prompt {
        let budget = budget(for: capabilities)
        let preamble = material.preamble
        let tail = tail(of: material, counter: counter)
        let entries = material.history.entries
        let newest = entries.last?.promptTokens ?? 0
        var fixed = preamble.fixedTokens + tail.fixedTokens + newest
        let keepsConstantLore = fixed <= budget.prompt
        if !keepsConstantLore { fixed -= preamble.constantLoreTokens }
        guard fixed <= budget.prompt else {
            throw CompanionError(
                .promptTooLarge,
                """
                What must be in the prompt has about \(fixed) tokens (character and persona \(preamble.fixedTokens), \
                newest message \(newest)); the model leaves room for \(budget.prompt). Shorten the character, the \
                persona or the message, or take a model with a larger context window.
                """)
        }
        var room = budget.prompt - fixed
        let older = material.history.tokens - newest
        let lore = lore(of: material, room: &room, budget: budget.prompt, older: older)
        let keepsMemory = tail.memoryTokens <= room
        if keepsMemory { room -= tail.memoryTokens }
        let keepsExamples =
            preamble.exampleTokens > 0 && material.history.reachesStart
            && older + preamble.exampleTokens <= room
        if keepsExamples { room -= preamble.exampleTokens }
        let isWhole = older <= room && material.history.reachesStart
        let summary = isWhole ? nil : self.summary(material.summary, counter: counter)
        let keepsSummary = summary.map { $0.tokens <= room } ?? false
        let summaryTokens = keepsSummary ? summary?.tokens ?? 0 : 0
        room -= summaryTokens
        let cut = HistoryCut(
            whole: budget.prompt - fixed - summaryTokens, step: configuration.trimmingStep,
            isSteady: material.preamble.lore?.activator != nil || material.recollection != nil || material.mayRecall)
        let start = cut.start(room: room, count: entries.count) { (entries[$0].sequence, entries[$0].promptTokens) }

        var prompt = Prompt(
            messages: [], maximumOutputTokens: budget.reply,
            report: PromptReport(segments: [], budget: budget.prompt, replyReserve: budget.reply))
        let opening = preamble.items(withExamples: keepsExamples, withConstantLore: keepsConstantLore)
        prompt.reserveCapacity(opening.count + entries.count - start + lore.items.count + lore.tail.count + 4)
        for item in opening { prompt.append(item) }
        if let summary, keepsSummary { prompt.append(summary) }
        var historyTokens = 0
        let placed = lore.itemsByDepth(of: entries.count - start)
        for index in start..<entries.count {
            let entry = entries[index]
            for item in placed[entries.count - index] ?? [] { prompt.append(item) }
            prompt.append(entry)
            historyTokens += entry.promptTokens
        }
        for item in (placed[0] ?? []) + lore.tail + tail.items(withMemory: keepsMemory) { prompt.append(item) }

        var segments = preamble.segments(withExamples: keepsExamples, withConstantLore: keepsConstantLore)
        if let summary {
            segments.append(
                .init(
                    .summary, title: summary.title, tokens: summary.tokens, isIncluded: keepsSummary,
                    note: keepsSummary ? "" : "there is no room for it"))
        }
        let isCut = start > 0 || !material.history.reachesStart
        segments.append(
            .init(
                .history, title: "History: \(entries.count - start) messages", tokens: historyTokens,
                note: isCut ? "older messages are left out: the budget is full" : "whole"))
        segments += lore.segments
        segments += tail.segments(withMemory: keepsMemory)
        prompt.report.segments = segments
        if isCut, start < entries.count { prompt.lostThrough = entries[start].sequence - 1 }
        prompt.loreState = lore.state
        return prompt
    }

    /// The most that a prompt of a history can have, without what is recalled: with all lore that there is room for.
    func mostTokens(of window: HistoryWindow, preamble: Preamble, budget: Int) -> Int {
        let lore = preamble.lore?.activator == nil ? 0 : Lore.share(of: budget, configuration)
        return preamble.fixedTokens + preamble.exampleTokens + lore + window.tokens
    }

    /// What will be shown of a history, before it is known how much is recalled; as if lore took all that it may.
    func visibleHistory(
        in history: HistoryWindow, preamble: Preamble, summary: ChatSummary?, budget: Int, counter: any TokenCounter
    ) -> VisibleHistory? {
        guard let newest = history.entries.last?.promptTokens else { return nil }
        let fixed = preamble.fixedTokens + (preamble.closing?.tokens ?? 0) + newest
        let share = preamble.lore?.activator == nil ? 0 : Lore.share(of: budget, configuration)
        return VisibleHistory(
            entries: history.entries.map { .init(sequence: $0.sequence, tokens: $0.promptTokens) },
            reachesStart: history.reachesStart, room: max(0, budget - fixed),
            loreTokens: max(0, share - preamble.constantLoreTokens),
            summaryTokens: self.summary(summary, counter: counter)?.tokens ?? 0, step: configuration.trimmingStep)
    }
}

extension Prompt {
    fileprivate mutating func reserveCapacity(_ count: Int) {
        messages.reserveCapacity(count)
        labels.reserveCapacity(count)
    }

    fileprivate mutating func append(_ item: PromptComposer.Preamble.Item) {
        messages.append(item.message)
        labels.append(Label(title: item.title, tokens: item.tokens))
    }

    fileprivate mutating func append(_ entry: HistoryEntry) {
        messages.append(PromptMessage(entry.author == .user ? .user : .assistant, entry.text))
        // A message that is only thought of has no number yet.
        labels.append(Label(sequence: entry.sequence == .max ? nil : entry.sequence, tokens: entry.promptTokens))
    }
}
