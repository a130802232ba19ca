internal import Synchronization

/// Single rows that are read by themselves, outside of a turn; kept in the process where there is a cache to tell when they change.
///
/// A row is kept together with the mark that its person had before it was read, and counts while the mark does; see ``RowMarks``.
/// Without marks, every row is read from the store.
final class StoredRows: Sendable {
    private enum Key: Hashable, Sendable {
        case user(User.ID)
        case subscription(User.ID)
        case character(CompanionCharacter.ID, of: User.ID)
    }

    private enum Row: Sendable {
        case user(User?)
        case subscription(Subscription?)
        case character(CompanionCharacter?)

        /// About how much memory it takes, in bytes.
        var cost: Int {
            switch self {
            case .user(let user): 1_024 + (user?.persona.utf8.count ?? 0)
            case .subscription(let subscription): 1_024 + (subscription?.overrides.count ?? 0) * 512
            case .character(let character): 512 + (character?.card.approximateBytes ?? 0)
            }
        }
    }

    private struct Kept: Sendable {
        var row: Row
        var mark: [UInt8]
    }

    /// Who reads a row after having seen a mark, and shares it with those who have seen the same one.
    private struct Flight: Hashable {
        var key: Key
        var mark: [UInt8]
    }

    private struct State {
        var kept: RecentlyUsed<Key, Kept>
        var flights: [Flight: SharedResult<Row>] = [:]
    }

    private let store: any RelationalStore
    private let marks: RowMarks?
    private let state: Mutex<State>

    init(store: any RelationalStore, marks: RowMarks?, configuration: RowCacheConfiguration) {
        self.store = store
        self.marks = marks
        state = Mutex(State(kept: RecentlyUsed(bound: configuration.maximumBytes)))
    }

    func user(_ id: User.ID) async throws -> User? {
        guard case .user(let user) = try await row(.user(id), of: id, { .user(try $0.users.user(id)) }) else {
            return nil
        }
        return user
    }

    func subscription(of user: User.ID) async throws -> Subscription? {
        let row = try await row(.subscription(user), of: user) {
            .subscription(try $0.subscriptions.subscription(of: user))
        }
        guard case .subscription(let subscription) = row else { return nil }
        return subscription
    }

    func character(_ id: CompanionCharacter.ID, of user: User.ID) async throws -> CompanionCharacter? {
        let row = try await row(.character(id, of: user), of: user) {
            .character(try $0.characters.character(id, of: user))
        }
        guard case .character(let character) = row else { return nil }
        return character
    }

    /// Drops what is kept of a person; returns how much there was.
    func removeAll(of user: User.ID) -> Int {
        state.withLock { state in
            let gone = state.kept.keys.filter { Self.person(of: $0) == user }
            for key in gone { state.kept.remove(key) }
            return gone.count
        }
    }

    func count(of user: User.ID) -> Int {
        state.withLock { state in state.kept.keys.count { Self.person(of: $0) == user } }
    }

    private static func person(of key: Key) -> User.ID {
        switch key {
        case .user(let user), .subscription(let user), .character(_, let user): user
        }
    }

    // MARK: How

    private func row(
        _ key: Key, of user: User.ID, _ read: @escaping @Sendable (any StoreTransaction) throws -> Row
    ) async throws -> Row {
        while let mark = await marks?.mark(of: user) {
            let flight = Flight(key: key, mark: mark)
            let (kept, other, own) = place(for: flight)
            if let kept { return kept }
            if let other {
                // Nil where who read it was cancelled.
                if let row = try await other.value() { return row }
                continue
            }
            if let own { return try await fly(flight, own, read) }
        }
        return try await store.read(read)
    }

    private func place(for flight: Flight) -> (kept: Row?, other: SharedResult<Row>?, own: SharedResult<Row>?) {
        state.withLock { state in
            if let kept = state.kept.value(for: flight.key), kept.mark == flight.mark { return (kept.row, nil, nil) }
            if let other = state.flights[flight] { return (nil, other, nil) }
            let own = SharedResult<Row>()
            state.flights[flight] = own
            return (nil, nil, own)
        }
    }

    private func fly(
        _ flight: Flight, _ result: SharedResult<Row>, _ read: @escaping @Sendable (any StoreTransaction) throws -> Row
    ) async throws -> Row {
        do {
            let row = try await store.read(read)
            state.withLock { state in
                state.flights[flight] = nil
                state.kept.insert(Kept(row: row, mark: flight.mark), for: flight.key, cost: row.cost)
            }
            result.end(with: .success(row))
            return row
        } catch {
            state.withLock { $0.flights[flight] = nil }
            result.end(with: .failure(error))
            throw error
        }
    }
}

extension CharacterCard {
    /// About how much memory it takes, in bytes.
    fileprivate var approximateBytes: Int {
        let texts = [
            name, nickname ?? "", description, personality, scenario, firstMessage, exampleDialogue, creatorNotes,
            systemPrompt, postHistoryInstructions, creator, characterVersion,
        ]
        let lists = alternateGreetings + groupOnlyGreetings + tags + (source ?? [])
        let entries = (book?.entries ?? []).reduce(0) { sum, entry in
            sum + entry.keys.reduce(entry.content.utf8.count + 512) { $0 + $1.utf8.count + 32 }
        }
        let extras = [extensions, unknownFields, unknownTopLevelFields].reduce(0) { $0 + $1.approximateBytes }
        return (texts + lists).reduce(1_024) { $0 + $1.utf8.count + 32 } + entries + extras
            + (assets ?? []).reduce(0) { $0 + $1.uri.utf8.count + 128 }
    }
}

extension JSONObject {
    fileprivate var approximateBytes: Int { reduce(64) { $0 + $1.key.utf8.count + $1.value.approximateBytes } }
}

extension JSONValue {
    fileprivate var approximateBytes: Int {
        switch self {
        case .null, .bool, .number: 64
        case .string(let text): 64 + text.utf8.count
        case .array(let elements): elements.reduce(64) { $0 + $1.approximateBytes }
        case .object(let object): object.approximateBytes
        }
    }
}
