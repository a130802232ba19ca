#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ChatService {
    /// What the model was shown in an earlier turn, made again. Changes nothing and asks nobody.
    ///
    /// Made from what is kept now: the messages before the reply, with the texts that count now; the character in the
    /// version that the chat has; the person; the lorebooks that apply, and what the chat remembers of their entries, set
    /// back to that turn; the summary, where it was there already; the model that the person has now. Not kept, and
    /// therefore not in it: what was recalled, older summaries, messages deleted since, which books were attached and which
    /// alternatives counted then, what was sticky before it was used again, and how chance decided.
    /// ``RemadePrompt/doubts`` names those of which it can be known that they matter.
    ///
    /// - Parameter sequence: The number of a reply, or of the person's message that it answers.
    /// - Throws: `notFound` where the chat has no such message, `invalidInput` for a message that was not answered and for
    ///   a greeting, `promptTooLarge`.
    public func prompt(ofTurnAt sequence: Int, in chat: Chat.ID, by user: User.ID) async throws -> RemadePrompt {
        let composer = PromptComposer(configuration: context.configuration.prompt)
        let (counter, now) = (context.tokenCounter, context.clock.stamp)
        let material = try await context.store.read { transaction in
            let chat = try transaction.chats.require(chat, of: user)
            let reply = try Self.reply(at: sequence, in: chat, transaction.messages)
            let person = try transaction.users.require(user)
            let character = try transaction.characters.require(in: chat)
            let grant = try context.grant(for: user, in: transaction, at: now)
            let stamps = try transaction.lorebooks.stamps(in: chat.id, of: user)
            let books = try transaction.lorebooks.books(of: stamps, by: user)
            let budget = composer.budget(for: grant.capabilities).prompt
            let preamble = try context.preamble(
                for: character, and: person, stamps: stamps, budget: budget, in: transaction)
            let begun = reply.alternative.createdAt
            var summary = try transaction.summaries.summary(of: chat.id, of: user)
            var doubts: [RemadePrompt.Doubt] = []
            func doubt(_ doubt: RemadePrompt.Doubt, if holds: Bool) { if holds { doubts.append(doubt) } }
            doubt(.unasked, if: reply.alternative.turn == nil)
            let recalls = context.recall != nil && person.preferences.isMemoryEnabled
            doubt(.recall, if: recalls)
            if let newer = summary, newer.updatedAt > begun {
                doubts.append(.summary)
                summary = nil
            }
            var window = HistoryWindow()
            var isChanged = false
            try window.fill(
                to: budget, before: reply.sequence, in: chat.id, of: user, from: transaction.messages,
                counter: counter
            ) { if $0.alternative.createdAt > begun || $0.alternative.updatedAt > begun { isChanged = true } }
            doubt(.messages, if: isChanged)
            doubt(.character, if: character.updatedAt > begun)
            doubt(.person, if: person.updatedAt > begun)
            doubt(.lorebooks, if: books.contains { $0.updatedAt > begun })
            doubt(.chance, if: preamble.lore?.activator?.dependsOnChance ?? false)
            doubt(.model, if: reply.alternative.model.map { $0 != grant.model.name } ?? false)
            var material = PromptComposer.Material(
                preamble: preamble, history: window, summary: summary, mayRecall: recalls,
                loreState: try transaction.lorebooks.state(of: chat.id, of: user) ?? .init())
            // The same each time, so that a comparison shows no chances.
            material.random = SeededRandomSource(seed: UInt64(clamping: chat.createdAt.millisecondsSince1970))
            return (material: material, capabilities: grant.capabilities, reply: reply, doubts: doubts)
        }
        let prompt = try composer.compose(material.material, for: material.capabilities, counter: counter)
        return RemadePrompt(prompt: prompt, reply: material.reply, doubts: material.doubts)
    }

    /// The reply that has this number, or that answers the message that has it.
    private static func reply(at sequence: Int, in chat: Chat, _ messages: any MessageRepository) throws -> Message {
        func next(after sequence: Int) throws -> Message? {
            try messages.messages(in: chat.id, of: chat.user, after: sequence, limit: 1).first
        }
        guard sequence > 0, sequence <= chat.lastSequence, let named = try next(after: sequence - 1),
            named.sequence == sequence
        else {
            throw CompanionError(
                .notFound, "The chat has no message \(sequence), or it is deleted; the newest is \(chat.lastSequence).")
        }
        guard named.author == .user else {
            guard try messages.messages(in: chat.id, of: chat.user, before: sequence, limit: 1).last != nil else {
                throw CompanionError(
                    .invalidInput, "Message \(sequence) is the character's greeting: no model was asked for it.")
            }
            return named
        }
        guard let reply = try next(after: sequence), reply.author == .character else {
            throw CompanionError(.invalidInput, "Message \(sequence) has no reply yet.")
        }
        return reply
    }
}
