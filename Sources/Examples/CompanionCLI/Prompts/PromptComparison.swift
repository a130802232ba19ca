internal import CompanionCore

/// The prompts of two turns, and what lies between them, in rows of bounded number.
struct PromptComparison {
    /// One part of a prompt, or several messages of the chat in a row to which the same happened.
    struct Row: Equatable {
        enum Change: String { case kept, removed, added, changed }

        var change: Change
        var part: PromptMessage.Part
        var title: String
        /// How many messages it stands for.
        var count = 1
        /// What it counts in the first prompt; nil where it is not in it.
        var fromTokens: Int?
        var toTokens: Int?
        /// Why it is in or out, where a report says so.
        var note = ""
        /// The numbers of the chat's messages; nil for all else.
        var messages: ClosedRange<Int>?
    }

    /// The most rows that are shown.
    static let mostRows = 200

    let from: RemadePrompt
    let to: RemadePrompt
    let diff: PromptDiff
    let rows: [Row]
    /// How many rows are left out.
    let omitted: Int
    /// How many rows stand for what both prompts begin with.
    let prefixRows: Int

    init(from: RemadePrompt, to: RemadePrompt) {
        (self.from, self.to) = (from, to)
        diff = PromptDiff(from: from.prompt, to: to.prompt)
        let notes = Dictionary(
            to.prompt.report.segments.map { ($0.title, $0.note) }, uniquingKeysWith: { first, _ in first })
        let prefix = diff.parting?.messages ?? diff.steps.count
        var rows = Self.folded(diff.steps.prefix(prefix), notes)
        prefixRows = min(rows.count, Self.mostRows)
        rows += Self.folded(diff.steps.dropFirst(prefix), notes)
        omitted = max(0, rows.count - Self.mostRows)
        self.rows = Array(rows.prefix(Self.mostRows))
    }

    private static func folded(_ steps: ArraySlice<PromptDiff.Step>, _ notes: [String: String]) -> [Row] {
        var rows: [Row] = []
        for step in steps {
            let row = row(of: step, notes)
            if let last = rows.last, let joined = last.joined(with: row) {
                rows[rows.count - 1] = joined
            } else {
                rows.append(row)
            }
        }
        return rows
    }

    private static func row(of step: PromptDiff.Step, _ notes: [String: String]) -> Row {
        func row(_ change: Row.Change, _ from: PromptPiece?, _ to: PromptPiece?, _ piece: PromptPiece) -> Row {
            Row(
                change: change, part: piece.message.part, title: piece.title, fromTokens: from?.tokens,
                toTokens: to?.tokens, note: change == .kept ? "" : notes[piece.title] ?? "",
                messages: piece.sequence.map { $0...$0 })
        }
        return switch step {
        case .kept(let piece): row(.kept, piece, piece, piece)
        case .removed(let piece): row(.removed, piece, nil, piece)
        case .added(let piece): row(.added, nil, piece, piece)
        case .changed(let from, let to): row(.changed, from, to, to)
        }
    }
}

extension PromptComparison.Row {
    /// One row for both; nil where they are no messages of the chat to which the same happened.
    fileprivate func joined(with next: Self) -> Self? {
        guard change == next.change, part == .history, next.part == .history, let messages, let others = next.messages,
            messages.upperBound < others.lowerBound
        else { return nil }
        var row = self
        row.count += next.count
        row.messages = messages.lowerBound...others.upperBound
        row.title = "Messages \(messages.lowerBound) to \(others.upperBound)"
        row.fromTokens = fromTokens.map { $0 + (next.fromTokens ?? 0) }
        row.toTokens = toTokens.map { $0 + (next.toTokens ?? 0) }
        return row
    }
}

extension PromptComparison {
    /// A table of what happened to each part, a bar of what was kept, and what can't be known.
    func lines(palette: Palette, width: Int?) -> [String] {
        var table = Table(("", .left), ("Tokens", .right), ("Part", .left), ("Note", .left))
        for row in rows {
            let tokens =
                switch (row.fromTokens, row.toTokens) {
                case (let from?, let to?) where from != to: "\(from) > \(to)"
                case (let from?, nil): "\(from)"
                case (_, let to): "\(to ?? 0)"
                }
            table.add("\(row.change.mark) \(row.change.rawValue)", tokens, row.title, row.note)
        }
        var lines = table.lines(width: width)
        let place = 1 + prefixRows
        if let parting = diff.parting, place <= lines.count {
            lines.insert(
                palette(.code, "  ---- \(parting.from == nil ? "the first prompt" : "what both begin with") ends here"),
                at: place)
        }
        if omitted > 0 { lines.append("  and \(omitted) more changes") }
        return ["From the prompt of message \(from.reply.sequence) to that of message \(to.reply.sequence):"] + lines
            + summary(palette: palette, width: width) + doubtLines
    }

    private func summary(palette: Palette, width: Int?) -> [String] {
        var lines = ["The prompt had \(diff.fromTokens) tokens, then \(diff.toTokens)."]
        guard let parting = diff.parting else { return lines + ["The two are the same."] }
        let share = diff.keptShare
        let length = max(4, min(40, (width ?? 80) - 8))
        let filled = Int((share * Double(length)).rounded(.down))
        lines.append(
            "Both begin with the same \(diff.prefixTokens) tokens, of \(diff.lastingTokens) that could have been.")
        lines.append(
            "[\(palette(.code, String(repeating: "#", count: filled) + String(repeating: ".", count: length - filled)))] "
                + Self.percent(share))
        let name = { (piece: PromptPiece?) in piece.map { "\"\(ControlFilter.singleLine($0.title))\"" } }
        switch (name(parting.from), name(parting.to)) {
        case (let from?, let to?) where from == to: lines.append("It breaks at \(to), which has another text.")
        case (let from?, let to?): lines.append("It breaks where \(from) stood: there stands \(to).")
        case (let from?, nil): lines.append("It breaks where \(from) stood: the second prompt ends there.")
        case (nil, _): lines.append("It does not break: the second prompt goes on where the first ended.")
        }
        if let usage = to.reply.alternative.usage, !usage.isEstimate {
            lines.append(
                "The provider counted \(usage.promptTokens) tokens of the second, and had \(usage.cachedPromptTokens) cached."
            )
        }
        return lines
    }

    private var doubtLines: [String] {
        doubts.map { "Message \($0.turn.sequence): \($0.doubt)" }
    }

    private var doubts: [(turn: Message, doubt: RemadePrompt.Doubt)] {
        [from, to].flatMap { turn in turn.doubts.map { (turn.reply, $0) } }
    }

    private static func percent(_ share: Double) -> String { "\((share * 1_000).rounded(.down) / 10) %" }
}

extension PromptComparison.Row.Change {
    fileprivate var mark: String {
        switch self {
        case .kept: " "
        case .removed: "-"
        case .added: "+"
        case .changed: "~"
        }
    }
}

extension PromptComparison {
    var json: JSONValue {
        .event(
            "prompt_diff",
            [
                "from": Self.json(from, tokens: diff.fromTokens), "to": Self.json(to, tokens: diff.toTokens),
                "prefix_tokens": .number(JSONNumber(diff.prefixTokens)),
                "lasting_tokens": .number(JSONNumber(diff.lastingTokens)),
                "kept_share": .number(JSONNumber((diff.keptShare * 10_000).rounded() / 10_000)),
                "parting": diff.parting.map { parting -> JSONValue in
                    [
                        "messages": .number(JSONNumber(parting.messages)), "bytes": .number(JSONNumber(parting.bytes)),
                        "from": parting.from.map { .string($0.title) } ?? .null,
                        "to": parting.to.map { .string($0.title) } ?? .null,
                    ]
                } ?? .null,
                "changes": .array(rows.map(\.json)), "omitted": .number(JSONNumber(omitted)),
            ])
    }

    private static func json(_ turn: RemadePrompt, tokens: Int) -> JSONValue {
        [
            "message": .number(JSONNumber(turn.reply.sequence)), "tokens": .number(JSONNumber(tokens)),
            "usage": turn.reply.alternative.usage.map(\.json) ?? .null,
            "doubts": .array(turn.doubts.map { .string($0.name) }),
        ]
    }
}

extension PromptComparison.Row {
    fileprivate var json: JSONValue {
        [
            "change": .string(change.rawValue), "part": .string(part.rawValue), "title": .string(title),
            "count": .number(JSONNumber(count)),
            "from_tokens": fromTokens.map { .number(JSONNumber($0)) } ?? .null,
            "to_tokens": toTokens.map { .number(JSONNumber($0)) } ?? .null, "note": .string(note),
        ]
    }
}
