/// Puts a prompt together within a budget of tokens: a pure function of what it is given.
///
/// The order is that of change: what stays from turn to turn comes first (character, persona, example dialogues), then
/// history, which is only appended to, then what may change each time (recalled memories, instructions). So the
/// beginning of one turn's prompt is the beginning of the next one's, byte for byte, and providers can cache it.
///
/// What does not fit is dropped in this order: example dialogues, the oldest history (in steps, so that the prefix
/// holds for several turns), recalled memories, lore. Never dropped: the character, the persona, instructions, notes
/// and the newest message; where those do not fit, composing throws `promptTooLarge`.
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
        var recollection: Recollection?
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
        let start = historyStart(
            in: entries, room: steadyRoom(room, of: budget.prompt - fixed, for: material), isWhole: older <= room)

        var messages = preamble.messages(withExamples: keepsExamples, withConstantLore: keepsConstantLore)
        messages.reserveCapacity(messages.count + entries.count - start + lore.items.count + 2)
        var historyTokens = 0
        for (index, entry) in entries.enumerated().dropFirst(start) {
            messages += lore.messages(before: entries.count - index, of: entries.count - start)
            messages.append(PromptMessage(entry.author == .user ? .user : .assistant, entry.text))
            historyTokens += entry.promptTokens
        }
        messages += lore.messages(before: 0, of: entries.count - start)
        messages += lore.tailMessages
        messages += tail.messages(withMemory: keepsMemory)

        var segments = preamble.segments(withExamples: keepsExamples, withConstantLore: keepsConstantLore)
        let isCut = start > 0 || !material.history.reachesStart
        segments.append(
            .init(
                .history, title: "History: \(entries.count - start) messages", tokens: historyTokens,
                note: isCut ? "older messages are left out: the budget is full" : "whole"))
        segments += lore.segments
        segments += tail.segments(withMemory: keepsMemory)
        var prompt = Prompt(
            messages: messages, maximumOutputTokens: budget.reply,
            report: PromptReport(segments: segments, budget: budget.prompt, replyReserve: budget.reply))
        prompt.loreState = lore.state
        return prompt
    }

    /// The index of the first message that is shown. The newest one always is.
    private func historyStart(in entries: [HistoryEntry], room: Int, isWhole: Bool) -> Int {
        guard !isWhole, !entries.isEmpty else { return 0 }
        var start = entries.count - 1
        var used = 0
        while start > 0 {
            let cost = entries[start - 1].promptTokens
            guard used + cost <= room else { break }
            used += cost
            start -= 1
        }
        // Cut at a step, unless that costs more than half of what would fit: and among the steps at the roundest, the
        // greatest power of two of them, because that one stays the place for the most turns. No memory of earlier
        // turns is needed.
        let step = max(1, configuration.trimmingStep)
        var (best, roundness, lost) = (start, -1, 0)
        for index in start..<(entries.count - 1) where lost * 2 <= used {
            let (steps, rest) = (entries[index].sequence - 1).quotientAndRemainder(dividingBy: step)
            if rest == 0, steps.trailingZeroBitCount > roundness {
                (best, roundness) = (index, steps.trailingZeroBitCount)
            }
            lost += entries[index].promptTokens
        }
        return best
    }

    /// The room for a history that does not fit, as if lore and memories, where there are any, took a whole number of
    /// eighths of `whole`: so that what comes and goes with them does not move the place where the history is cut.
    private func steadyRoom(_ room: Int, of whole: Int, for material: Material) -> Int {
        let comesAndGoes = material.preamble.lore?.activator != nil || material.recollection != nil
        let part = max(1, whole / 8)
        let parts = max((whole - room + part - 1) / part, comesAndGoes ? 1 : 0)
        return min(room, max(whole - parts * part, 0))
    }
}
