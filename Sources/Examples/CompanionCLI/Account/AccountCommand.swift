internal import ArgumentParser
internal import CompanionCore

/// `companion account`: who the person is to the program, and what they have set for themselves.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "See and change what you have told of yourself.",
        subcommands: [Show.self, Set.self, List.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show your account (the default).")

        @Flag(help: "Write one JSON object.")
        var json = false

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let usage = try await host.companion.subscriptions.usage(of: host.user.id)
                let output = host.program.terminal.output
                if json {
                    output.writeLine(host.user.json(usage).serialized())
                } else {
                    for line in host.user.lines(usage) { output.writeLine(line) }
                }
            }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change one thing.",
            discussion: AccountField.allCases.map { "\($0.rawValue): \($0.meaning)" }.joined(separator: "\n"))

        @Argument(help: "What to change.")
        var field: AccountField

        @Argument(help: "The new value; nothing takes it away.")
        var value: String?

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                let change = try AccountChange(field, to: value ?? "", of: host.user)
                let user = try await host.companion.accounts.update(
                    host.user.id, name: change.name, persona: change.persona, preferences: change.preferences)
                let usage = try await host.companion.subscriptions.usage(of: user.id)
                for line in user.lines(usage) { host.program.terminal.output.writeLine(line) }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the people of this computer; --user says who you are.")

        @OptionGroup(title: "Settings") var options: SettingsOptions

        func run() async throws {
            try await Host.perform(options) { host in
                var table = Table(("Name", .left), ("Since", .left), ("", .left))
                var last: User.ID?
                repeat {
                    let page = try await host.companion.accounts.users(after: last, limit: 500)
                    for user in page {
                        table.add(user.name, user.createdAt.local, user.id == host.user.id ? "you" : "")
                    }
                    last = page.count == 500 ? page.last?.id : nil
                } while last != nil
                let terminal = host.program.terminal
                for line in table.lines(width: terminal.lineWidth) { terminal.output.writeLine(line) }
            }
        }
    }
}

/// What somebody can change of their account.
enum AccountField: String, CaseIterable, ExpressibleByArgument {
    case name, persona, locale
    case timeZone = "time-zone"
    case memory, age, country, rating

    var meaning: String {
        switch self {
        case .name: "what characters call you"
        case .persona: "what you say of yourself, for every character to know"
        case .locale: "your language and region, such as en-GB"
        case .timeZone: "where your days begin and end, such as Europe/Rome"
        case .memory: "on or off: whether anything is learnt from what you say, and recalled"
        case .age: "unknown, child, teen or adult"
        case .country: "two letters, such as IT: where help is named for you"
        case .rating: "general, teen or mature: the characters that you want to be shown"
        }
    }
}

/// A person's account with one thing changed.
struct AccountChange {
    private(set) var name: String?
    private(set) var persona: String?
    private(set) var preferences: UserPreferences?

    /// Throws `invalidInput` where the value is none of the field's. What the library checks is left to it.
    init(_ field: AccountField, to value: String, of user: User) throws(CompanionError) {
        var preferences = user.preferences
        let text = value.isEmpty ? nil : value
        switch field {
        case .name:
            name = value
            return
        case .persona:
            persona = value
            return
        case .locale: preferences.locale = text
        case .timeZone: preferences.timeZone = text
        case .memory: preferences.isMemoryEnabled = try Self.parse(field, value) { ["on": true, "off": false][$0] }
        case .age: preferences.content.ageBand = try Self.parse(field, text ?? "unknown") { AgeBand($0) }
        case .country: preferences.content.country = text?.uppercased()
        case .rating:
            preferences.content.highestRating = try Self.parse(field, text ?? "general") { CharacterRating($0) }
        }
        self.preferences = preferences
    }

    private static func parse<Value>(
        _ field: AccountField, _ text: String, _ parse: (String) -> Value?
    ) throws(CompanionError) -> Value {
        guard let value = parse(text.lowercased()) else {
            throw CompanionError(.invalidInput, "\(field.rawValue) is \(field.meaning).")
        }
        return value
    }
}

extension User {
    fileprivate func lines(_ usage: UsageSummary) -> [String] {
        let content = preferences.content
        let fields: [(String, String)] = [
            ("Name", name), ("Persona", persona.isEmpty ? "nothing yet" : persona),
            ("Locale", preferences.locale ?? "unknown"),
            ("Time zone", preferences.timeZone ?? "unknown, taken for UTC"),
            ("Memory", preferences.isMemoryEnabled ? "on" : "off"), ("Age", "\(content.ageBand)"),
            ("Country", content.country ?? "unknown"), ("Rating", "\(content.highestRating)"),
            ("Role", "\(role)"), ("Tier", usage.entitlements.tier.title), ("Since", createdAt.local),
            ("Characters", "\(usage.characters.used)"), ("Memories", "\(usage.memories.used)"),
        ]
        return fields.map { title, value in
            title + String(repeating: " ", count: 12 - title.count) + ControlFilter.singleLine(value)
        }
    }

    fileprivate func json(_ usage: UsageSummary) -> JSONValue {
        let content = preferences.content
        return [
            "id": .string("\(id)"), "name": .string(name), "persona": .string(persona),
            "locale": preferences.locale.map { .string($0) } ?? .null,
            "time_zone": preferences.timeZone.map { .string($0) } ?? .null,
            "memory": .bool(preferences.isMemoryEnabled), "age": .string("\(content.ageBand)"),
            "country": content.country.map { .string($0) } ?? .null, "rating": .string("\(content.highestRating)"),
            "role": .string("\(role)"), "tier": .string(usage.entitlements.tier.name), "created_at": createdAt.json,
            "characters": .number(JSONNumber(usage.characters.used)),
            "memories": .number(JSONNumber(usage.memories.used)),
        ]
    }
}
