#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// What a person wanted forgotten, without its words: enough to keep it from being learnt again from the same messages,
/// and to keep those messages out of recall.
public struct ForgottenMemory: Identifiable, Sendable, Hashable {
    /// The forgotten memory's own.
    public let id: Memory.ID
    public let user: User.ID
    /// The messages that it came from; they are recalled no more.
    public let messages: [MemorySource.MessageSource]
    /// Hashes of the words that it was made of, ascending: enough to know it again, not to read it.
    public let fingerprint: [UInt64]
    public let forgottenAt: Date

    public init(
        id: Memory.ID, user: User.ID, messages: [MemorySource.MessageSource], fingerprint: [UInt64],
        forgottenAt: Date
    ) {
        self.id = id
        self.user = user
        self.messages = messages
        self.fingerprint = fingerprint
        self.forgottenAt = forgottenAt
    }
}
