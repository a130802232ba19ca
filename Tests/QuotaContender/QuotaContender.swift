internal import CompanionCore
internal import CompanionInMemory
internal import CompanionSQLite
internal import CompanionTesting

/// Says something in many chats at once, as one of several processes on a store: the tests' own, no example.
///
/// Arguments: the store's file, the person's identifier, how many messages a day there are, and how many chats. Prints
/// how many were answered.
@main enum QuotaContender {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let user = User.ID(arguments[2]), let limit = Int(arguments[3]),
            let count = Int(arguments[4])
        else { throw CompanionError(.invalidInput, "FILE USER LIMIT CHATS") }
        let companion = Companion(
            languageModel: ScriptedLanguageModel { _ in "fine" }, relationalStore: try SQLiteStore(path: arguments[1]),
            plan: try SubscriptionPlan(tiers: [
                Tier("free", title: "Free", limits: .init(messagesPerDay: limit))
            ]),
            // No midnight comes between.
            clock: ManualClock())
        let character = try await companion.characters.add(CharacterCard(name: "Luna"), by: user).id
        var chats: [Chat.ID] = []
        for _ in 0..<count { chats.append(try await companion.chats.start(with: character, by: user).id) }
        var answered = 0
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for chat in chats {
                group.addTask {
                    do {
                        _ = try await companion.chats.reply(to: "Hello", in: chat, by: user)
                        return true
                    } catch let error as CompanionError where error.code == .limitExceeded { return false }
                }
            }
            for try await isAnswered in group where isAnswered { answered += 1 }
        }
        print(answered)
    }
}
