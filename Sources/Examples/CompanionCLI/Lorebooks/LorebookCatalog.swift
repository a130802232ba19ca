internal import CompanionCore

/// Finds one person's lorebooks.
struct LorebookCatalog: Sendable {
    let companion: Companion
    let user: User.ID

    /// All of them, in the order of their making.
    func lorebooks() async throws -> [LorebookSummary] {
        var books: [LorebookSummary] = []
        while books.count < CompanionLorebook.Limits.books {
            let page = try await companion.lorebooks.lorebooks(by: user, after: books.last?.id, limit: 500)
            books += page
            if page.count < 500 { break }
        }
        return books
    }

    /// The book of that name, or whose identifier ends like that.
    func lorebook(meantBy text: String) async throws -> CompanionLorebook {
        let all = try await lorebooks()
        let found = all.filter { $0.name.lowercased() == text.lowercased() || $0.id.isMeant(by: text) }
        guard found.count <= 1 else {
            let identifiers = found.map { "\($0.name) \($0.id.short)" }.joined(separator: ", ")
            throw CompanionError(.invalidInput, "Several lorebooks are called \(text): give an id (\(identifiers)).")
        }
        guard let book = found.first else {
            let nearest = NearestName.of(text, among: all.map(\.name)).map { "did you mean \($0)?" }
            throw CompanionError(
                .notFound, "You have no lorebook \(text): \(nearest ?? "`companion lorebooks list` shows them.")")
        }
        return try await companion.lorebooks.lorebook(book.id, by: user)
    }
}

extension Host {
    var lorebooks: LorebookCatalog { LorebookCatalog(companion: companion, user: user.id) }
}

extension LorebookSummary {
    var json: JSONValue {
        [
            "id": .string("\(id)"), "name": .string(name), "entries": .number(JSONNumber(entryCount)),
            "everywhere": .bool(isEverywhere), "revision": .number(JSONNumber(revision)),
        ]
    }
}
