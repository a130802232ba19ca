import CompanionCore
import Foundation
import Testing

/// The built program's `account` and `usage`, and its safe defaults.
struct AccountTests {
    private let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    @Test("An account is shown and changed, a thing at a time, and nonsense is refused in words")
    func account() throws {
        _ = try program.run("--user", "Ada", "--message", "Hello.")
        let changes = [
            ("name", "Augusta"), ("persona", "I sail."), ("locale", "en-GB"), ("time-zone", "Europe/Rome"),
            ("memory", "off"), ("age", "adult"), ("country", "it"), ("rating", "mature"),
        ]
        for (field, value) in changes { #expect(try program.run("account", "set", field, value).status == 0) }
        let account = try #require(try program.run("account", "show", "--json").events.first)
        for (field, value) in changes where !["memory", "country"].contains(field) {
            #expect(account[field == "time-zone" ? "time_zone" : field]?.string == value)
        }
        #expect(account["memory"] == false && account["country"] == "IT" && account["role"] == "user")
        let shown = try program.run("account").output
        #expect(shown.contains("Augusta") && shown.contains("Europe/Rome") && shown.contains("mature"))
        #expect(try program.run("account", "list").output.contains("you"))
        #expect(try program.run("account", "set", "locale").status == 0)
        #expect(try program.run("account", "show", "--json").events.first?["locale"] == .null)
        for (field, value) in [
            ("age", "12"), ("time-zone", "../x"), ("country", "Italy"), ("memory", "maybe"), ("name", ""),
        ] {
            #expect(try program.run("account", "set", field, value).status != 0, "\(field)")
        }
    }

    @Test("What was used is counted by day and model")
    func usage() throws {
        _ = try program.run("--user", "Ada", input: "Hello.\nHow are you?\n/regenerate\n")
        let events = try program.run("usage", "--json").events
        #expect(events.first?["messages_today"]?["used"] == 3)
        #expect(events.last?["model"] == "offline" && events.last?["messages"] == 3)
        #expect(events.first?["tokens_this_month"]?["used"]?.number?.double ?? 0 > 100)
        let shown = try program.run("usage").output
        #expect(shown.contains("Messages today     3") && shown.contains("offline"))
        #expect(try program.run("usage", "--days", "0").status != 0)
    }

    @Test("Signs of a crisis are answered with help, and characters are said to be an AI, unless that is turned off")
    func safety() throws {
        let events = try program.run("--user", "Ada", "--json", "--message", "I want to kill myself.").events
        #expect(events.contains { $0["type"] == "disclosure" } && events.contains { $0["type"] == "crisis" })
        program.environment["COMPANION_MODERATION"] = "off"
        let others = try program.run("--new", "--json", "--message", "I want to kill myself.").events
        #expect(!others.contains { $0["type"] == "disclosure" || $0["type"] == "crisis" })
        program.environment["COMPANION_MODERATION"] = "on"
        program.environment["OPENAI_MODERATION_MODEL"] = "omni-moderation-latest"
        let refused = try program.run("--message", "Hello.")
        #expect(refused.status != 0 && refused.errors.contains("moderation model"))
    }
}
