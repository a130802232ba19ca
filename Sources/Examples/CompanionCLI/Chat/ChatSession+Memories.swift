internal import CompanionCore

extension ChatSession {
    private var catalog: MemoryCatalog { MemoryCatalog(companion: companion, user: user.id) }

    /// Lists what this character may know of the person, or what a text brings to mind.
    func showMemories(_ text: String?) async throws {
        guard let text else {
            await learnWhereQuick()
            let memories = try await catalog.memories(matching: MemoryFilter(character: character.id))
            listed = memories
            return show(.memories(memories))
        }
        let found = try await companion.memories.search(text, with: character.id, by: user.id)
        listed = found.items.map(\.memory)
        show(.found(found))
    }

    func showRecollection() {
        listed = (recollection?.items ?? []).map(\.memory)
        show(.why(recollection))
    }

    func remember(_ text: String) async throws {
        show(.remembered(try await companion.memories.add(text, by: user.id)))
    }

    func forget(_ text: String) async throws {
        let memory = try await memory(meantBy: text)
        try await companion.memories.forget(memory.id, by: user.id)
        // The numbers of the others stay what they are.
        listed = listed.map { $0?.id == memory.id ? nil : $0 }
        show(.forgotten(memory))
    }

    /// By its number in the list before, or by the end of its identifier, which has at least four digits.
    private func memory(meantBy text: String) async throws -> Memory {
        guard let number = Int(text), text.utf8.count < 4 || listed.indices.contains(number - 1) else {
            return try await catalog.memory(meantBy: text)
        }
        guard listed.indices.contains(number - 1) else {
            throw CompanionError(.invalidInput, "The last list has no number \(number): /memories lists them.")
        }
        guard let memory = listed[number - 1] else {
            throw CompanionError(
                .invalidInput,
                "Number \(number) is no memory, or was forgotten: /memories lists those that there are.")
        }
        return memory
    }

    /// Reads what was said for memories at once, where no model must be asked for it. Else the background does it when it
    /// is due; so it does what fails here.
    func learnWhereQuick() async {
        guard isSimulated else { return }
        _ = try? await companion.memories.extractNow(chat.id, by: user.id)
    }
}

extension RecalledItem {
    fileprivate var memory: Memory? {
        if case .memory(let memory) = content { memory } else { nil }
    }
}
