internal import ArgumentParser
internal import CompanionCore

/// `companion usage`: how many messages and tokens the person has used, and what is left.
struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "See how much you have used, by day and model.",
        discussion: "On a computer of your own nothing is limited; it is only counted.")

    @Option(help: ArgumentHelp("How many days to list.", valueName: "1…400"))
    var days = 30

    @Flag(help: "Write one JSON object a line: the summary, then each day and model.")
    var json = false

    @OptionGroup(title: "Settings") var options: SettingsOptions

    func validate() throws {
        guard (1...400).contains(days) else { throw ValidationError("--days takes a whole number from 1 to 400.") }
    }

    func run() async throws {
        try await Host.perform(options) { host in
            let subscriptions = host.companion.subscriptions
            let summary = try await subscriptions.usage(of: host.user.id)
            let first = CalendarDay(number: summary.day.number - days + 1)
            let history = try await subscriptions.history(of: host.user.id, on: first...summary.day)
            let output = host.program.terminal.output
            let lines =
                json
                ? ([summary.json] + history.map(\.json)).map { $0.serialized() }
                : summary.lines + Self.lines(of: history, width: host.program.terminal.lineWidth)
            for line in lines { output.writeLine(line) }
        }
    }

    private static func lines(of history: [DailyUsage], width: Int?) -> [String] {
        guard !history.isEmpty else { return [] }
        var table = Table(
            ("Day", .left), ("Model", .left), ("Messages", .right), ("Prompt", .right), ("Replies", .right))
        for usage in history {
            table.add(
                "\(usage.day)", usage.model, "\(usage.amount.messages)", usage.amount.promptTokens.grouped,
                usage.amount.completionTokens.grouped)
        }
        return [""] + table.lines(width: width)
    }
}

extension UsageSummary {
    /// The meters, one a line, with a bar where there is a limit.
    fileprivate var lines: [String] {
        let meters = [
            ("Messages today", messagesToday), ("Tokens this month", tokensThisMonth), ("Characters", characters),
            ("Memories", memories),
        ]
        var lines = ["\(entitlements.tier.title), \(day)"]
        for (title, meter) in meters {
            let title = title + String(repeating: " ", count: 18 - title.count)
            var line = "  \(title) \((meter.used + meter.held).grouped)"
            if let limit = meter.limit { line += " of \(limit.grouped)  \(meter.bar)" }
            if meter.limit != nil, let reset = meter.resetsAt { line += "  until \(reset.local)" }
            lines.append(line)
        }
        return lines
    }

    fileprivate var json: JSONValue {
        [
            "type": "summary", "tier": .string(entitlements.tier.name), "day": .string("\(day)"),
            "messages_today": messagesToday.json, "tokens_this_month": tokensThisMonth.json,
            "characters": characters.json, "memories": memories.json,
        ]
    }
}

extension UsageSummary.Meter {
    /// Twenty places wide.
    fileprivate var bar: String {
        let width = 20
        let filled = limit.map { $0 == 0 ? width : min(width, (used + held) * width / $0) } ?? 0
        return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
    }

    fileprivate var json: JSONValue {
        [
            "used": .number(JSONNumber(used)), "held": .number(JSONNumber(held)),
            "limit": limit.map { .number(JSONNumber($0)) } ?? .null,
            "remaining": remaining.map { .number(JSONNumber($0)) } ?? .null, "resets_at": resetsAt?.json ?? .null,
        ]
    }
}

extension DailyUsage {
    fileprivate var json: JSONValue {
        [
            "type": "usage", "day": .string("\(day)"), "model": .string(model),
            "messages": .number(JSONNumber(amount.messages)),
            "prompt_tokens": .number(JSONNumber(amount.promptTokens)),
            "completion_tokens": .number(JSONNumber(amount.completionTokens)),
        ]
    }
}

extension Int {
    /// With a comma at each thousand.
    fileprivate var grouped: String {
        var text = String(magnitude)
        var place = text.count - 3
        while place > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return self < 0 ? "-" + text : text
    }
}
