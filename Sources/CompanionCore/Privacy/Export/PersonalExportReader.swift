#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads what is kept about a person, one file after the other, each in a read of its own.
struct PersonalExportReader: Sendable {
    let context: CompanionContext
    let user: User.ID
    let image: @Sendable (CompanionCharacter) async throws -> [UInt8]?

    /// Where it stands: what comes next, from behind which record on.
    private enum Place: Sendable {
        case person
        case characters(after: CompanionCharacter.ID?)
        case lorebooks(after: CompanionLorebook.ID?)
        case chats(after: ChatCursor?)
        case messages(of: Chat, after: Int)
        case deleted(of: Chat, after: MessageChangeCursor)
        case memories(after: Memory.ID?)
        case forgotten(after: Memory.ID?)
        case jobs(after: Job.ID?)
        case subscriptions
        case entries(after: CatalogEntry.ID?)
        case ratings(after: CatalogEntry.ID?)
        case moderation(after: ModerationRecord.ID?)
        case blobs(after: BlobKey?)
        case manifest, end
    }

    private var place = Place.person
    /// Files that are made already.
    private var ready: [PersonalFile] = []
    /// Images that are still to be asked for.
    private var images: [CompanionCharacter] = []
    /// Chats of the page that is being written.
    private var chats: [Chat] = []
    private var lastChat: ChatCursor?
    private var counts: [String: Int] = [:]
    private var pages: [String: Int] = [:]

    /// How many records a file of them has at most.
    private static let page = 500

    init(
        context: CompanionContext, user: User.ID,
        image: @escaping @Sendable (CompanionCharacter) async throws -> [UInt8]?
    ) {
        self.context = context
        self.user = user
        self.image = image
    }

    mutating func next() async throws -> PersonalFile? {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            if let character = images.popLast() {
                guard let bytes = try await image(character) else { continue }
                counts["images", default: 0] += 1
                return PersonalFile(path: "characters/\(Self.name(character)).png", bytes: bytes)
            }
            if case .end = place { return nil }
            try await step()
        }
    }

    private mutating func addSignIn() async throws {
        let (credential, identities, sessions) = try await context.store.read { [user] in
            (
                try $0.accounts.credential(of: user), try $0.accounts.identities(of: user),
                try $0.accounts.sessions(of: user)
            )
        }
        guard credential != nil || !identities.isEmpty || !sessions.isEmpty else { return }
        add("sign-in.json", PersonalRecord.json(credential, identities, sessions))
        counts["sessions"] = sessions.isEmpty ? nil : sessions.count
        counts["identities"] = identities.isEmpty ? nil : identities.count
    }

    private mutating func step() async throws {
        switch place {
        case .person:
            let person = try await context.store.read { [user] in try $0.users.require(user) }
            add("account.json", PersonalRecord.json(person), count: "people")
            try await addSignIn()
            place = .characters(after: nil)
        case .characters(let last):
            let page = try await context.store.read { [user] in
                try $0.characters.characters(of: user, after: last, limit: 50)
            }
            for character in page {
                add("characters/\(Self.name(character)).json", character.card.json(as: .v3), count: "characters")
            }
            images = page.reversed()
            place = page.count == 50 ? .characters(after: page.last?.id) : .lorebooks(after: nil)
        case .lorebooks(let last):
            let page = try await context.store.read { [user] transaction in
                let stamps = try transaction.lorebooks.lorebooks(of: user, after: last, limit: 10)
                return try stamps.compactMap { try transaction.lorebooks.lorebook($0.id, of: user) }
            }
            for book in page {
                add("lorebooks/\(book.id).json", PersonalRecord.json(book), count: "lorebooks")
            }
            place = page.count == 10 ? .lorebooks(after: page.last?.id) : .chats(after: nil)
        case .chats(let last): try await stepChats(after: last)
        case .messages(let chat, let last): try await stepMessages(of: chat, after: last)
        case .deleted(let chat, let last): try await stepDeleted(of: chat, after: last)
        case .memories(let last):
            let page = try await context.store.read { [user] in
                try $0.memories.memories(of: user, after: last, limit: Self.page)
            }
            addPage("memories/memories", page.map(PersonalRecord.json), count: "memories")
            place = page.count == Self.page ? .memories(after: page.last?.id) : .forgotten(after: nil)
        case .forgotten(let last):
            let page = try await context.store.read { [user] in
                try $0.memories.forgotten(of: user, after: last, limit: Self.page)
            }
            addPage("memories/forgotten", page.map(PersonalRecord.json), count: "forgotten")
            place = page.count == Self.page ? .forgotten(after: page.last?.id) : .jobs(after: nil)
        case .jobs(let last):
            let page = try await context.store.read { try $0.jobs.jobs(nil, after: last, limit: Self.page) }
            addPage("jobs/jobs", page.filter { $0.user == user }.map(PersonalRecord.json), count: "jobs")
            place = page.count == Self.page ? .jobs(after: page.last?.id) : .subscriptions
        case .subscriptions:
            let (subscription, usage) = try await context.store.read { [user] in
                (
                    try $0.subscriptions.subscription(of: user),
                    try $0.subscriptions.usage(of: user, on: CalendarDay(number: 0)...CalendarDay(number: 99_999))
                )
            }
            if let subscription { add("subscription/subscription.json", PersonalRecord.json(subscription)) }
            if !usage.isEmpty { add("subscription/usage.json", .array(usage.map(PersonalRecord.json))) }
            place = .entries(after: nil)
        case .entries(let last):
            let page = try await context.store.read { [user] in
                try $0.catalog.entries(of: user, after: last, limit: Self.page)
            }
            addPage("catalog/entries", page.map(PersonalRecord.json), count: "catalogEntries")
            place = page.count == Self.page ? .entries(after: page.last?.id) : .ratings(after: nil)
        case .ratings(let last):
            let page = try await context.store.read { [user] in
                try $0.catalog.ratings(by: user, after: last, limit: Self.page)
            }
            addPage("catalog/ratings", page.map(PersonalRecord.json), count: "catalogRatings")
            place = page.count == Self.page ? .ratings(after: page.last?.entry) : .moderation(after: nil)
        case .moderation(let last):
            let (page, state) = try await context.store.read { [user] in
                (
                    try $0.moderation.records(of: user, after: last, limit: Self.page),
                    last == nil ? try $0.moderation.state(of: user) : nil
                )
            }
            if let state, state != ModerationState() { add("moderation/state.json", PersonalRecord.json(state)) }
            addPage("moderation/decisions", page.map(PersonalRecord.json), count: "moderationDecisions")
            place = page.count == Self.page ? .moderation(after: page.last?.id) : .blobs(after: nil)
        case .blobs(let last): try await stepBlobs(after: last)
        case .manifest:
            ready.append(PersonalFile(path: "README.txt", bytes: Array(Self.readme.utf8)))
            var sums = JSONObject()
            for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { sums[kind] = .number(JSONNumber(count)) }
            add(
                "manifest.json",
                [
                    "format": "swift-companion export", "version": 1, "user": .string("\(user)"),
                    "madeAt": PersonalRecord.json(context.clock.stamp), "counts": .object(sums),
                ])
            place = .end
        case .end: break
        }
    }

    private mutating func stepChats(after last: ChatCursor?) async throws {
        if chats.isEmpty {
            let page = try await context.store.read { [user] in
                try $0.chats.chats(of: user, after: last, limit: Self.page)
            }
            guard let end = page.last else {
                place = .memories(after: nil)
                return
            }
            chats = page.reversed()
            lastChat = ChatCursor(end)
        }
        guard let chat = chats.popLast() else { return }
        let (summary, books, lore) = try await context.store.read { [user] in
            (
                try $0.summaries.summary(of: chat.id, of: user),
                try $0.lorebooks.stamps(in: chat.id, of: user).filter { !$0.isEverywhere }.map(\.id),
                try $0.lorebooks.state(of: chat.id, of: user)
            )
        }
        add(
            "\(Self.folder(chat))/chat.json",
            PersonalRecord.json(chat, summary: summary, lorebooks: books, lore: lore), count: "chats")
        if summary != nil { counts["summaries", default: 0] += 1 }
        place = .messages(of: chat, after: 0)
    }

    private mutating func stepMessages(of chat: Chat, after last: Int) async throws {
        let page = try await context.store.read { [user] in
            try $0.messages.messages(in: chat.id, of: user, after: last, limit: Self.page)
        }
        counts["alternatives", default: 0] += page.reduce(0) { $0 + $1.alternatives.count }
        addPage("\(Self.folder(chat))/messages", page.map { PersonalRecord.json($0) }, count: "messages")
        place =
            page.count == Self.page
            ? .messages(of: chat, after: page.last?.sequence ?? last)
            : .deleted(of: chat, after: MessageChangeCursor(behind: 0))
    }

    /// Deleted messages are kept, so that the deletion can be taken back.
    private mutating func stepDeleted(of chat: Chat, after last: MessageChangeCursor) async throws {
        let page = try await context.store.read { [user] in
            try $0.messages.changes(in: chat.id, of: user, after: last, limit: Self.page)
        }
        let deleted = page.filter(\.isDeleted).map(\.message)
        addPage("\(Self.folder(chat))/deleted", deleted.map { PersonalRecord.json($0) }, count: "deletedMessages")
        if page.count == Self.page, let end = page.last {
            place = .deleted(of: chat, after: MessageChangeCursor(end))
        } else {
            place = .chats(after: lastChat)
        }
    }

    private mutating func stepBlobs(after last: BlobKey?) async throws {
        guard let blobs = context.blobStore else {
            place = .manifest
            return
        }
        let (scope, page) = (BlobScope.user(user), 100)
        let entries = try await blobs.list(in: scope, prefix: "", after: last, limit: page)
        for entry in entries {
            // Deleted meanwhile, where it is not there.
            guard let head = try await blobs.head(entry.key, in: scope) else { continue }
            let checksum: UInt32
            if let known = head.checksum {
                checksum = known
            } else {
                checksum = try await Self.checksum(head, blobs, scope)
            }
            counts["blobs", default: 0] += 1
            ready.append(
                PersonalFile(path: "blobs/\(head.key)", size: head.size, checksum: checksum) { range in
                    try await blobs.bytes(of: head.key, in: scope, range: range, maximumBytes: range.count)
                })
        }
        place = entries.count == page ? .blobs(after: entries.last?.key) : .manifest
    }

    private static func checksum(
        _ head: BlobHead, _ blobs: any BlobStore, _ scope: BlobScope
    ) async throws -> UInt32 {
        var checksum = CRC32()
        for try await chunk in try await blobs.get(head.key, in: scope, range: nil).body { checksum.update(chunk) }
        return checksum.value
    }

    // MARK: Files

    private mutating func add(_ path: String, _ json: JSONValue, count kind: String? = nil) {
        ready.append(PersonalFile(path: path, bytes: json.serializedBytes(pretty: true) + [UInt8(ascii: "\n")]))
        if let kind { counts[kind, default: 0] += 1 }
    }

    /// Adds the next file of records of one kind, where there are any.
    private mutating func addPage(_ path: String, _ records: [JSONValue], count kind: String) {
        guard !records.isEmpty else { return }
        pages[path, default: 0] += 1
        let number = "\(pages[path, default: 1])"
        let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
        add("\(path)-\(padded).json", .array(records))
        counts[kind, default: 0] += records.count
    }

    private static func folder(_ chat: Chat) -> String { "chats/\(chat.id)" }

    /// What somebody finds a character by, and its identifier, so that no two have one name.
    private static func name(_ character: CompanionCharacter) -> String {
        let letters = character.card.name.lowercased().unicodeScalars.map { scalar -> Swift.Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain ? Swift.Character(scalar) : "-"
        }
        let words = String(letters).split(separator: "-").joined(separator: "-").prefix(40)
        return words.isEmpty ? "\(character.id)" : "\(words)-\(character.id)"
    }

    private static let readme = """
        This is all that is kept about you here.

        account.json      who you are to the characters
        sign-in.json      the address that you sign in with, where else you do, and on which devices you are signed in
        characters/       your characters, as cards that other programs read
        chats/            your chats, a folder for each: every message with every text it ever had
                          (alternatives), also of deleted messages that could be restored, and the summary
        memories/         what the characters know of you, and from which of your messages; also what is
                          true no more; in "forgotten", which messages are not to be learnt from again
        jobs/             work that waits to be done with your data
        catalog/          the characters that you show to others, and the stars that you gave
        subscription/     what you have subscribed to, and how much you have used on each day
        lorebooks/        the lorebooks that you keep beside your characters
        moderation/       what was decided about messages and replies, and why; when you were last told
                          that you talk to an AI, and shown help
        blobs/            your files
        manifest.json     how many there are of each

        Times are in UTC. Files are there only where there is something to put into them.

        """
}
