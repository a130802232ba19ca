import CompanionCore
import CompanionInMemory
import Testing

/// What is said, apart from how it is streamed.
@Suite struct OfflineAnswerTests {
    private func reply(_ prompt: OfflinePrompt, to history: String...) async throws -> String {
        var prompt = prompt
        prompt.history = history
        return try await OfflineLanguageModel().reply(to: prompt)
    }

    @Test(
        "Answers with the reply of the example in which something like the message is said",
        arguments: [
            ("It was a long day, and I'm tired.", "Then sit by the window. The sea does the talking tonight."),
            ("hey", "Mm. The lamp is lit, Ada. Come up."),
            ("Good evening, Luna", "Mm. The lamp is lit, Ada. Come up."),
            ("Tell me, what's that lamp made of?", "Brass and patience, friend."),
            ("And what about the lens?", "Glass from Murano, friend."),
            ("Wait. Are you a bot?", "I'm a character, friend, and a program finds my words."),
        ])
    func examples(message: String, expected: String) async throws {
        #expect(try await reply(.keeper, to: message) == expected)
    }

    @Test(
        "Answers questions of people about themselves with what they told",
        arguments: [
            ("My name is Grace.", "What is my name?", "Grace"),
            ("Hi! I'm called Grace", "who am I", "Grace"),
            ("Call me Captain.", "Do you remember my name?", "Captain"),
            ("Hello.", "What's my name?", "Ada"),
            ("I live in Turin, near the river.", "Where do I live?", "in Turin"),
            ("I've moved to Lisbon last week.", "Do you remember where I live?", "in Lisbon"),
            ("I like jazz, old maps and the sea.", "What do I like?", "jazz, old maps and the sea"),
            ("I don't like cold soup.", "What do I not like?", "cold soup"),
            ("I love sailing but I hate storms.", "What do I hate?", "storms"),
            ("I'm 34 years old.", "How old am I?", "34"),
            ("I’m from Porto.", "Where am I from?", "Porto"),
            ("My sister is called Grace.", "What is my sister called?", "your sister is called Grace"),
            ("My favourite colour is green.", "What's my favourite colour?", "your favourite colour is green"),
            ("I work as a nurse at night.", "What do you know about me?", "you work as a nurse at night"),
            ("I have an exam on Friday.", "When is my exam?", "you have an exam on Friday"),
        ])
    func memory(told: String, asked: String, expected: String) async throws {
        let answer = try await reply(.keeper, to: told, "Mm.", asked)
        #expect(answer.lowercased().contains(expected.lowercased()), "\(answer)")
    }

    @Test("The latest word counts")
    func latest() async throws {
        let prompt = OfflinePrompt(persona: "I live in Rome. I like tea.")
        let moved = try await reply(prompt, to: "I moved to Turin.", "Oh.", "Where do I live?")
        #expect(moved.contains("Turin") && !moved.contains("Rome"))
        let changed = try await reply(prompt, to: "I don't like tea, but I like mate.", "Oh.", "What do I like?")
        #expect(changed.contains("mate") && !changed.contains("tea"))
    }

    @Test(
        "Takes what the persona and recalled memories say, in the first person and in the third",
        arguments: [
            ("", "Ada lives in Turin.", "Where do I live?", "in Turin"),
            ("", "3 May 2025\nAda: I live in Turin.\nLuna: I live in Genoa.", "Where do I live?", "in Turin"),
            ("", "- She likes old maps.", "What do I like?", "old maps"),
            ("", "- Ada's cat is called Mia.", "What is my cat called?", "cat is called Mia"),
            ("I sail, and I'm learning Italian.", "", "What am I learning?", "learning Italian"),
            ("She works in a bakery.", "", "What do you know about me?", "you work in a bakery"),
        ])
    func recall(persona: String, memory: String, asked: String, expected: String) async throws {
        let answer = try await reply(OfflinePrompt(persona: persona, memory: memory), to: asked)
        #expect(answer.lowercased().contains(expected.lowercased()), "\(answer)")
    }

    @Test("Says so where it was not told", arguments: ["How old am I?", "What is my dog called?", "Where do I live?"])
    func unknown(asked: String) async throws {
        let answer = try await reply(OfflinePrompt(), to: asked)
        #expect(["I don't know that yet", "You haven't told me", "That I don't know"].contains { answer.contains($0) })
    }

    @Test("Tells who the character is, in the first person")
    func introduction() async throws {
        let answer = try await reply(.keeper, to: "Who are you?")
        #expect(answer.contains("I'm Luna. I keep a lighthouse and write letters to my brother."), "\(answer)")
    }

    @Test("Tells what the description and the lore say to a question's topic")
    func facts() async throws {
        var prompt = OfflinePrompt.keeper
        prompt.lore = "Nero is Luna's black cat. He fears gulls. He once ate a letter."
        let steps = try await reply(prompt, to: "How many steps do the stairs have?")
        #expect(steps.contains("The stairs have 199 steps."), "\(steps)")
        let cat = try await reply(prompt, to: "Tell me about Nero.")
        #expect(cat.contains("Nero is my black cat. He fears gulls."), "\(cat)")
        #expect(!cat.contains("letter"))
    }

    @Test("Says back what it can't answer, from its own side")
    func echo() async throws {
        var replies: [String] = []
        for seed in 0..<8 {
            var prompt = OfflinePrompt()
            prompt.history = ["Yesterday my boat broke its mast and I was alone."]
            try await replies.append(OfflineLanguageModel(seed: UInt64(seed)).reply(to: prompt))
        }
        prompt: for reply in replies where reply.contains("boat") {
            #expect(reply.lowercased().contains("yesterday your boat broke its mast and you were alone"), "\(reply)")
        }
    }

    @Test(
        "Goes on where a reply was cut off", arguments: ["Then sit", "Then sit by the window.", "Then sit by the win"])
    func continuation(cut: String) async throws {
        var request = OfflinePrompt.keeper.request
        request.messages += [PromptMessage(.user, "I had a long day."), PromptMessage(.assistant, cut)]
        let rest = try await OfflineLanguageModel().reply(to: request)
        #expect(cut + rest == "Then sit by the window. The sea does the talking tonight.")
    }

    @Test("Is serious where somebody is in danger")
    func crisis() async throws {
        let answer = try await reply(.keeper, to: "Hello. I had a long day and I want to die.")
        #expect(answer.contains("emergency number") && answer.contains("findahelpline.com"))
    }

    @Test("Works with no character, no examples and no names")
    func nothing() async throws {
        for text in ["Hello!", "I like tea.", "What do I like?", "Why?", "月が綺麗ですね"] {
            let reply = try await OfflineLanguageModel().reply(to: LanguageModelRequest(messages: [.init(.user, text)]))
            #expect(!reply.isEmpty && !reply.contains("{user}"))
        }
    }
}
