import Testing

@testable import CompanionCore

struct RuleBasedMemoryExtractorTests {
    func texts(_ text: String) -> [String] {
        RuleBasedMemoryExtractor.statements(in: text, person: "Ada").map(\.text)
    }

    @Test(
        "What people say of themselves is told in the third person",
        arguments: [
            ("I moved to Turin.", "Ada moved to Turin."),
            ("I'm from Naples", "Ada is from Naples."),
            ("My name is Ada Rossi.", "Ada's name is Ada Rossi."),
            ("I really love hiking in the Alps", "Ada really loves hiking in the Alps."),
            ("I don't like mushrooms", "Ada doesn't like mushrooms."),
            ("I can’t stand cilantro!", "Ada can’t stand cilantro."),
            ("I'm a nurse", "Ada is a nurse."),
            ("I work as a teacher in Rome", "Ada works as a teacher in Rome."),
            ("My sister Mia lives in Rome", "Ada's sister Mia lives in Rome."),
            ("I have two cats", "Ada has two cats."),
            ("I'm 34", "Ada is 34."),
            ("I'm going to visit my parents next week", "Ada is going to visit their parents next week."),
            ("I adopted a dog yesterday", "Ada adopted a dog yesterday."),
            ("I'm allergic to peanuts", "Ada is allergic to peanuts."),
            ("My favourite colour is green", "Ada's favourite colour is green."),
            ("I no longer work at the bank", "Ada no longer works at the bank."),
            ("I stopped smoking", "Ada stopped smoking."),
            ("I'm getting married to Tom in May", "Ada is getting married to Tom in May."),
        ])
    func statement(said: String, told: String) {
        #expect(texts(said) == [told])
    }

    @Test("Several things in one sentence are told apart")
    func clauses() {
        #expect(
            texts("Well, I live in Turin, and I love tea but my brother hates it")
                == ["Ada lives in Turin.", "Ada loves tea.", "Ada's brother hates it."])
    }

    @Test(
        "What is asked, supposed, played, quoted or said in passing tells nothing",
        arguments: [
            "Do I like tea?", "If I lived in Rome, it would be great", "*I moved to Turin*", "He said \"I hate tea\"",
            "I'm so tired", "I love you", "I'm fine", "I'll be back", "I went to bed", "Hello!", "You live in Turin.",
            "What do I do?", "I think so", "I like it", "Can I tell you something?", "I want to know your name", "",
        ])
    func nothing(said: String) {
        #expect(texts(said).isEmpty)
    }

    @Test("Each kind is told from the words")
    func kinds() {
        func kind(_ text: String) -> Memory.Kind? {
            RuleBasedMemoryExtractor.statements(in: text, person: "Ada").first?.kind
        }
        #expect(kind("I live in Turin") == .fact)
        #expect(kind("I love tea") == .preference)
        #expect(kind("I adopted a dog") == .event)
        #expect(kind("My sister is called Mia") == .relationship)
        #expect(kind("I plan to learn Spanish") == .plan)
    }

    @Test("What the rules find passes the write gate")
    func gate() async throws {
        let lines = [
            "I moved to Turin last week.", "My sister Mia lives in Rome", "I have two cats", "I hate mushrooms",
            "I'm going to visit Rome next Friday",
        ]
        let batch = MemoryBatch(
            person: "Ada", character: "Luna",
            lines: lines.enumerated().map {
                .init(number: $0 + 1, author: .user, text: $1, saidAt: DateResolverTests.now, isCitable: true)
            })
        let gate = WriteGate(batch: batch, fingerprint: MemoryFingerprint(user: WriteGateTests.user))
        let verdicts = try await RuleBasedMemoryExtractor().extract(from: batch).candidates.map(gate.judge)
        #expect(
            verdicts.map { if case .accepted(let fact) = $0 { fact.text } else { "\($0)" } } == [
                "Ada moved to Turin in the week of 19 May 2025.", "Ada's sister Mia lives in Rome.",
                "Ada has two cats.",
                "Ada hates mushrooms.", "Ada is going to visit Rome on 6 June 2025.",
            ])
    }
}
