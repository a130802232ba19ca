import CompanionInMemory
import Testing

@testable import CompanionCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct ConsolidationTests {
    static let chat = Chat.ID(UUID())

    func source(_ sequence: Int) -> MemorySource {
        .message(
            .init(
                chat: Self.chat, message: Message.ID(UUID()), sequence: sequence,
                saidAt: DateResolverTests.now.addingTimeInterval(Double(sequence) * 60)))
    }

    func memory(_ text: String, said sequence: Int, scope: Memory.Scope = .everyCharacter) -> Memory {
        let source = source(sequence)
        return Memory(
            id: Memory.ID(UUID()), user: WriteGateTests.user, scope: scope, kind: .fact, text: text, sources: [source],
            validAt: source.instant, createdAt: source.instant)
    }

    func decide(
        _ text: String, said sequence: Int, knowing memories: [Memory], scope: Memory.Scope = .everyCharacter,
        replaced: [Memory.ID] = []
    ) -> Consolidation.Decision {
        var known = KnownFacts(person: "Ada")
        for memory in memories { known.put(memory) }
        let source = source(sequence)
        return Consolidation(known: known).decide(
            ComparedFact(text, person: "Ada"), saidAt: source.instant, scope: scope, sources: [source],
            replaced: replaced)
    }

    @Test(
        "What was said again strengthens what is known",
        arguments: [
            ("Ada lives in Turin.", "Ada lives in Turin!"), ("Ada has two cats.", "Ada has 2 cats."),
            ("Ada loves hiking.", "Ada likes hiking."), ("Ada moved to Turin.", "Ada lives in Turin."),
        ])
    func repetition(old: String, new: String) {
        let known = memory(old, said: 1)
        #expect(decide(new, said: 5, knowing: [known]) == .strengthen(known.id))
    }

    @Test(
        "What contradicts what is known ends it",
        arguments: [
            ("Ada lives in Rome.", "Ada moved to Turin."), ("Ada is single.", "Ada got married to Tom."),
            ("Ada is 34 years old.", "Ada turned 35."), ("Ada likes tea.", "Ada doesn't like tea."),
            ("Ada loves tea.", "Ada hates tea."), ("Ada smokes.", "Ada stopped smoking."),
            ("Ada's favourite colour is green.", "Ada's favourite colour is blue."),
            ("Ada works at the bank.", "Ada works for a startup."), ("Ada eats meat.", "Ada does not eat meat."),
            ("Ada works at the bank.", "Ada no longer works at the bank."),
            ("Ada lives in Rome.", "Ada moved from Rome to Turin."),
            ("Ada lives in Rome.", "Ada moved to Turin from Rome."),
            ("Ada works at the bank.", "Ada got a job at Fiat."),
            ("Ada's name is Ada.", "Ada's name is Eve."),
        ])
    func contradiction(old: String, new: String) {
        let known = memory(old, said: 1)
        #expect(decide(new, said: 5, knowing: [known]) == .insert(ending: [known.id], endedBy: nil))
    }

    @Test("Of a person with several names the first may stand alone")
    func firstName() {
        #expect(
            FactSlot("Ada lives in Rome.", person: "Ada Rossi")
                == FactSlot("Ada Rossi lives in Rome.", person: "Ada Rossi"))
        #expect(FactSlot("Ada's sister lives in Rome.", person: "Ada Rossi") == nil)
        #expect(FactSlot("Rossi lives in Rome.", person: "Ada Rossi") == nil)
    }

    @Test("What was said before it, and is read only now, is kept as what was true then")
    func late() {
        let known = memory("Ada lives in Turin.", said: 9)
        #expect(decide("Ada lives in Rome.", said: 2, knowing: [known]) == .insert(ending: [], endedBy: known.id))
    }

    @Test(
        "What differs in a number, a date, a name or a denial is never the same",
        arguments: [
            ("Ada has two cats.", "Ada has three cats."),
            ("Ada flew to Rome on 5 May 2024.", "Ada flew to Rome on 6 May 2024."),
            ("Ada's sister Mia lives in Rome.", "Ada's sister Eva lives in Rome."),
            ("Ada's brother lives in Rome.", "Ada lives in Rome."), ("Ada likes tea.", "Ada likes coffee."),
        ])
    func different(old: String, new: String) {
        let known = memory(old, said: 1)
        #expect(decide(new, said: 5, knowing: [known]) == .insert(ending: [], endedBy: nil))
    }

    @Test("Learnt again from the same messages, it changes nothing; where it was corrected neither")
    func sameSource() {
        var known = memory("Ada lives in Turin.", said: 5)
        var facts = KnownFacts(person: "Ada")
        func decision() -> Consolidation.Decision {
            facts.put(known)
            return Consolidation(known: facts).decide(
                ComparedFact("Ada lives in Turin.", person: "Ada"), saidAt: known.validAt, scope: .everyCharacter,
                sources: known.sources, replaced: [])
        }
        #expect(decision() == .nothing(known.id))
        known.invalidAt = known.validAt.addingTimeInterval(600)
        #expect(decision() == .nothing(known.id))
    }

    @Test("What is known to one character only neither ends nor swallows what every character may know")
    func scopes() {
        let luna = CompanionCharacter.ID(UUID())
        let sol = CompanionCharacter.ID(UUID())
        let secret = memory("Ada lives in Turin.", said: 1, scope: .character(luna))
        #expect(decide("Ada lives in Turin.", said: 5, knowing: [secret]) == .insert(ending: [], endedBy: nil))
        #expect(
            decide("Ada lives in Turin.", said: 5, knowing: [secret], scope: .character(luna))
                == .strengthen(secret.id))
        #expect(
            decide("Ada lives in Rome.", said: 5, knowing: [secret], scope: .character(sol))
                == .insert(ending: [], endedBy: nil))
    }

    @Test("An extractor's word that something is untrue counts only where the two have something in common")
    func replaced() {
        let job = memory("Ada is looking for work in Turin.", said: 1)
        let cat = memory("Ada has a cat called Tom.", said: 2)
        #expect(
            decide("Ada found work as a baker.", said: 5, knowing: [job, cat], replaced: [job.id, cat.id])
                == .insert(ending: [job.id], endedBy: nil))
    }

    @Test("The nearest known memories come first, and those that are true no more not at all")
    func nearest() {
        var facts = KnownFacts(person: "Ada")
        var ended = memory("Ada has a dog in Turin.", said: 1)
        ended.invalidAt = ended.validAt.addingTimeInterval(60)
        let near = memory("Ada walks a dog in Turin.", said: 2)
        let far = memory("Ada lives in Turin.", said: 3)
        for memory in [ended, near, far] + (4...9).map({ memory("Ada met Tom\($0) in Turin.", said: $0) }) {
            facts.put(memory)
        }
        #expect(facts.nearest(to: "My dog is ill, and Turin is far", limit: 2).first == near)
        #expect(!facts.nearest(to: "dog", limit: 10).contains(ended))
        facts.remove(near.id)
        #expect(facts.nearest(to: "dog", limit: 10).isEmpty)
    }
}
