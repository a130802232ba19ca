import CompanionCore
import CompanionInMemory

let companion = Companion(languageModel: OfflineLanguageModel(), relationalStore: InMemoryStore())
let ada = try await companion.accounts.register(name: "Ada", persona: "I sail, and I'm learning Italian.")
let luna = try await companion.characters.add(
    CharacterCard(
        name: "Luna",
        personality: "A calm lighthouse keeper who collects stories.",
        firstMessage: "The lamp is lit, {{user}}. What brings you up here?",
        exampleDialogue: """
            <START>
            {{user}}: I had a long day.
            {{char}}: Then sit by the window. The sea does the talking tonight.
            """),
    by: ada.id)
let chat = try await companion.chats.start(with: luna.id, by: ada.id)

for message in try await companion.chats.messages(in: chat.id, by: ada.id) {
    print("Luna: \(message.text)")
}
for line in ["I moved to Turin.", "It was a long day, and I'm tired."] {
    print("Ada: \(line)\nLuna: ", terminator: "")
    try await companion.chats.withReply(to: line, in: chat.id, by: ada.id) { reply in
        for try await piece in reply.text { print(piece, terminator: "") }
    }
    print()
}
