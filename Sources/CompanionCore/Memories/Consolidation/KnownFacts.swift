/// What is known about a person, prepared for finding what a new statement touches.
struct KnownFacts: Sendable {
    private(set) var memories: [Memory.ID: Memory] = [:]
    /// The store's revision that they were read at.
    private(set) var revision: Int
    let person: String
    private var facts: [Memory.ID: ComparedFact] = [:]
    private var places: [String: Set<Memory.ID>] = [:]
    private var slots: [String: Set<Memory.ID>] = [:]

    init(person: String, revision: Int = 0) {
        self.person = person
        self.revision = revision
    }

    /// Reads all of a person's memories.
    init(of user: User.ID, person: String, in repository: any MemoryRepository) throws {
        self.init(person: person, revision: try repository.revision(of: user))
        var last: Memory.ID?
        while true {
            let page = try repository.memories(of: user, after: last, limit: 500)
            for memory in page { put(memory) }
            guard page.count == 500 else { return }
            last = page.last?.id
        }
    }

    /// Takes in what was written since.
    mutating func refresh(of user: User.ID, in repository: any MemoryRepository) throws {
        while true {
            let page = try repository.changes(of: user, after: revision, limit: 500)
            for change in page {
                if let memory = change.memory { put(memory) } else { remove(change.id) }
                revision = change.revision
            }
            guard page.count == 500 else { return }
        }
    }

    mutating func put(_ memory: Memory) {
        if memories[memory.id]?.text != memory.text {
            remove(memory.id)
            let fact = ComparedFact(memory.text, person: person)
            facts[memory.id] = fact
            for stem in fact.keys { places[stem, default: []].insert(memory.id) }
            if let slot = fact.slot { slots[slot.name, default: []].insert(memory.id) }
        }
        memories[memory.id] = memory
    }

    mutating func remove(_ id: Memory.ID) {
        memories[id] = nil
        guard let fact = facts.removeValue(forKey: id) else { return }
        for stem in fact.keys { places[stem]?.remove(id) }
        if let slot = fact.slot { slots[slot.name]?.remove(id) }
    }

    /// How many of them are not ended.
    var standing: Int { memories.values.count { $0.invalidAt == nil } }

    func fact(_ id: Memory.ID) -> ComparedFact? { facts[id] }

    /// The memories that share a word or a slot with the statement, in the order of their making.
    func touched(by fact: ComparedFact) -> [Memory] {
        var ids = fact.slot.flatMap { slots[$0.name] } ?? []
        for stem in fact.keys { ids.formUnion(places[stem] ?? []) }
        return ids.sorted().compactMap { memories[$0] }
    }

    /// The memories that share the most with the text and are true now, the nearest first.
    func nearest(to text: String, limit: Int) -> [Memory] {
        guard limit > 0 else { return [] }
        var scores: [Memory.ID: Double] = [:]
        let total = Double(max(memories.count, 1))
        for stem in FactWords(text).content {
            guard let holders = places[stem] else { continue }
            // The rarer a word, the more it says.
            let weight = 1 / (1 + Double(holders.count) / total * 10)
            for id in holders { scores[id, default: 0] += weight }
        }
        return
            scores
            .filter { memories[$0.key]?.invalidAt == nil }
            .sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(limit)
            .compactMap { memories[$0.key] }
    }
}
