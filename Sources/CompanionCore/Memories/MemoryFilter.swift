#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Which of a person's memories are meant; all by default.
public struct MemoryFilter: Sendable, Hashable {
    /// When a memory must be true.
    public enum Validity: Sendable, Hashable {
        /// Those that are true no more included.
        case always
        /// As far as is known now.
        case now
        /// At that instant, as far as is known now.
        case at(Date)
    }

    public var validity: Validity
    /// Only of these kinds; nil: of all.
    public var kinds: Set<Memory.Kind>?
    /// Only what this character may know; nil: whoever may.
    public var character: CompanionCharacter.ID?
    public var isPinned: Bool?
    /// Only those whose text holds this, whatever the case of its letters; empty: all.
    public var text: String

    public init(
        validity: Validity = .now, kinds: Set<Memory.Kind>? = nil, character: CompanionCharacter.ID? = nil,
        isPinned: Bool? = nil, text: String = ""
    ) {
        self.validity = validity
        self.kinds = kinds
        self.character = character
        self.isPinned = isPinned
        self.text = text
    }

    func matches(_ memory: Memory, now: Date) -> Bool {
        let isValid =
            switch validity {
            case .always: true
            case .now: memory.isValid(at: now)
            case .at(let instant): memory.isValid(at: instant)
            }
        return isValid && kinds.map { $0.contains(memory.kind) } ?? true
            && character.map(memory.isKnown) ?? true && isPinned.map { $0 == memory.isPinned } ?? true
            && (text.isEmpty || memory.text.lowercased().contains(text.lowercased()))
    }
}
