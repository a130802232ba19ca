#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a new statement does to what is known: a pure decision over values.
struct Consolidation: Sendable {
    /// What is to be written.
    enum Decision: Sendable, Hashable {
        /// It is new. Those that it leaves untrue are ended by it; where something said later has taken its place already, it
        /// is kept as what was true before.
        case insert(ending: [Memory.ID], endedBy: Memory.ID?)
        /// It was said again.
        case strengthen(Memory.ID)
        /// It is known from the same messages.
        case nothing(Memory.ID)
    }

    let known: KnownFacts

    /// - Parameters:
    ///   - fact: What passed the gate.
    ///   - scope: With whom it is to be shared.
    ///   - sources: The messages that it comes from.
    ///   - replaced: What the extractor says it leaves untrue; believed only where the two share a word or a slot.
    func decide(
        _ fact: WriteGate.Fact, scope: Memory.Scope, sources: [MemorySource], replaced: [Memory.ID] = []
    ) -> Decision {
        decide(
            ComparedFact(fact.text, person: known.person), saidAt: fact.saidLast, scope: scope, sources: sources,
            replaced: replaced)
    }

    func decide(
        _ fact: ComparedFact, saidAt: Date, scope: Memory.Scope, sources: [MemorySource], replaced: [Memory.ID]
    ) -> Decision {
        var ended: [Memory.ID] = []
        var later: Memory?
        var said: Memory?
        for memory in known.touched(by: fact) where Self.overlap(memory.scope, scope) {
            guard let other = known.fact(memory.id) else { continue }
            let isOlder = memory.saidLast <= saidAt
            switch isOlder ? fact.relation(to: other) : other.relation(to: fact) {
            case .same where Self.covers(memory.scope, scope):
                // What was learnt from the same messages is learnt, also where it was corrected since.
                let isFromSame = sources.allSatisfy(memory.sources.contains)
                let wasTrue = memory.invalidAt.map { saidAt < $0 } ?? true
                if isFromSame { return .nothing(memory.id) }
                if wasTrue { said = said ?? memory }
            case .contradicts where memory.invalidAt == nil:
                if isOlder {
                    ended.append(memory.id)
                } else if later.map({ memory.saidLast < $0.saidLast }) ?? true {
                    later = memory
                }
            default:
                if isOlder, memory.invalidAt == nil, replaced.contains(memory.id) { ended.append(memory.id) }
            }
        }
        if let said { return .strengthen(said.id) }
        return .insert(ending: ended, endedBy: later?.id)
    }

    /// Whether somebody may know both.
    private static func overlap(_ left: Memory.Scope, _ right: Memory.Scope) -> Bool {
        left == .everyCharacter || right == .everyCharacter || left == right
    }

    /// Whether all who may know the new one know the old one already.
    private static func covers(_ old: Memory.Scope, _ new: Memory.Scope) -> Bool {
        old == .everyCharacter || old == new
    }
}

extension Memory {
    /// When it was said, or written down, last.
    var saidLast: Date { sources.map(\.instant).max() ?? createdAt }
}
