internal import CompanionCore

/// What the events of a chat are in words, where they are not a reply.
enum ChatWords {
    /// What tells that something was recalled.
    static func recalled(_ count: Int) -> String { "remembered: \(count == 1 ? "1 thing" : "\(count) things")" }

    static let waiting = "Another program is in this chat; waiting for it."
    static let leaving = "Ctrl-C once more leaves, and so does Ctrl-D; the chat is kept."

    /// The lines that tell of an event; none for those that are shown otherwise.
    static func lines(for event: ChatEvent, palette: Palette, width: Int?) -> [String] {
        switch event {
        case .deleted(let count):
            [
                count == 1
                    ? "1 message deleted; /undo brings it back." : "\(count) messages deleted; /undo brings them back."
            ]
        case .undone(nil): ["There is nothing to take back."]
        case .undone(.deletion?): ["The deleted messages are back."]
        case .undone(.edit?): ["The old text is back."]
        case .edited: ["Edited; /undo brings the old text back, /regenerate answers it anew."]
        case .persona(let text): [text.isEmpty ? "You have said nothing of yourself: /persona TEXT" : text]
        case .title(let text): [text.isEmpty ? "The chat has no title: /title TITLE" : text]
        case .prompt(let report): report.lines(palette: palette, width: width)
        case .card(let character): character.lines(palette: palette, width: width)
        case .chats(let chats): chats.lines(width: width)
        case .memories([]): ["Nothing is remembered yet. /remember TEXT writes something down."]
        case .memories(let memories): memories.lines(width: width, isNumbered: true)
        case .found(let found):
            (found.items.isEmpty ? ["Nothing is found."] : found.items.lines(width: width)) + found.omissions
        case .why(nil): ["There was no reply since you came: say something first."]
        case .why(let recollection?):
            (recollection.items.isEmpty
                ? ["Nothing was recalled for the last reply."] : recollection.items.lines(width: width))
                + recollection.omissions
        case .remembered(let memory): ["Remembered: \(ControlFilter.singleLine(memory.text))  \(memory.id.short)"]
        case .forgotten(let memory): ["Forgotten for good: \(ControlFilter.singleLine(memory.text))"]
        case .help: help(palette: palette, width: width)
        default: []
        }
    }

    /// Where to find help, in lines.
    static func lines(of referral: CrisisReferral) -> [String] {
        [referral.message]
            + referral.resources.map { resource in
                "\(resource.name): \(resource.contact)" + (resource.url.map { " (\($0))" } ?? "")
            }
    }

    private static func help(palette: Palette, width: Int?) -> [String] {
        let usages = ChatCommandWord.allCases.map { "/\($0.rawValue) \($0.arguments)".trimmed }
        let column = (usages.map(\.count).max() ?? 0) + 2
        var lines: [String] = []
        for (usage, word) in zip(usages, ChatCommandWord.allCases) {
            var summary = word.summary.wrapped(to: width, indent: column)
            let padding = String(repeating: " ", count: column - usage.count)
            summary[0] = palette(.code, usage) + padding + summary[0].dropFirst(column)
            lines += summary
        }
        let more = [
            "A text that begins with a slash is sent with two of them.",
            "Alt-Enter begins a new line, and so does Enter behind a backslash. Up and Down go through earlier lines, "
                + "Ctrl-R searches them, Tab completes commands.",
            "Ctrl-C stops a reply and keeps it; twice at an empty prompt it leaves, as Ctrl-D does.",
        ]
        return lines + [""] + more.flatMap { $0.wrapped(to: width) }
    }
}

extension PromptReport {
    /// A table of the prompt's parts, and a bar that shows how full the budget is.
    func lines(palette: Palette, width: Int?) -> [String] {
        var table = Table(("Part", .left), ("Tokens", .right), ("", .left), ("Note", .left))
        for segment in segments {
            table.add(segment.title, "\(segment.tokens)", segment.isIncluded ? "in" : "out", segment.note)
        }
        table.add("Prompt", "\(promptTokens)", "", "of \(budget); \(replyReserve) more are kept free for the reply")
        let share = budget > 0 ? min(1, Double(promptTokens) / Double(budget)) : 1
        let length = max(4, min(40, (width ?? 80) - 8))
        let filled = Int((share * Double(length)).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: length - filled)
        return table.lines(width: width) + ["[\(palette(.code, bar))] \(Int((share * 100).rounded())) %"]
    }
}

extension [ChatSummary] {
    /// A table of chats.
    func lines(width: Int?) -> [String] {
        guard !isEmpty else { return ["There are no chats yet: `companion chat` begins one."] }
        var table = Table(
            ("Id", .left), ("Character", .left), ("Messages", .right), ("Last used", .left), ("Title", .left))
        for summary in self {
            table.add(
                summary.chat.id.short + (summary.isCurrent ? " *" : ""), summary.characterName,
                "\(summary.chat.lastSequence)", summary.chat.updatedAt.local, summary.chat.title)
        }
        return table.lines(width: width)
    }
}
