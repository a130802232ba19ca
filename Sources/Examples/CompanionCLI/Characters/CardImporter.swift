internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

/// Takes cards and lorebooks from files, one after another.
struct CardImporter {
    enum Outcome: Sendable {
        case kept(CompanionCharacter, [CharacterCard.Warning])
        case keptLorebook(CompanionLorebook, [CharacterCard.Warning])
        /// The same card, or lorebook, was there already.
        case known(id: String, shortID: String, name: String)
        case refused(String)

        var isRefusal: Bool { if case .refused = self { true } else { false } }

        /// What there is to say of what was kept; nil of what was not.
        var warnings: [CharacterCard.Warning]? {
            switch self {
            case .kept(_, let warnings), .keptLorebook(_, let warnings): warnings
            case .known, .refused: nil
            }
        }
    }

    private let host: Host
    /// The cards that the person has, to take none twice.
    private var known: [CharacterCard: CompanionCharacter.ID]
    /// The same of lorebooks; nil before the first one.
    private var lorebooks: [LorebookSummary]?

    init(host: Host) async throws {
        self.host = host
        let own = try await host.characters.characters()
        known = Dictionary(own.map { ($0.card, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keeps the card that is there, and its picture; or the lorebook.
    mutating func add(_ source: CardSource) async -> Outcome {
        do {
            switch try source.read() {
            case .card(let contents): return try await add(contents)
            case .lorebook(let imported): return try await add(imported, called: source.stem)
            }
        } catch let error as CompanionError {
            return .refused(error.message)
        } catch {
            return .refused("\(error)")
        }
    }

    private mutating func add(_ contents: CardFile.Contents) async throws -> Outcome {
        let card = contents.imported.card
        if let known = known[card] { return .known(id: "\(known)", shortID: known.short, name: card.name) }
        let character = try await host.companion.characters.add(card, by: host.user.id)
        known[character.card] = character.id
        var warnings = contents.imported.warnings
        do {
            if let image = contents.image { try host.portraits.keep(image, of: character.id) }
        } catch let error as CompanionError {
            warnings.append(.init(path: "", message: "its picture could not be kept: \(error.message)"))
        }
        return .kept(character, warnings)
    }

    private mutating func add(_ imported: Lorebook.Import, called stem: String) async throws -> Outcome {
        let own = imported.book.name.flatMap { $0.trimmed.isEmpty ? nil : $0 }
        let name = String((own ?? stem).prefix(CompanionLorebook.Limits.name))
        let known = if let lorebooks { lorebooks } else { try await host.lorebooks.lorebooks() }
        for book in known where book.name == name && book.entryCount == imported.book.entries.count {
            let same = try await host.companion.lorebooks.lorebook(book.id, by: host.user.id)
            if same.book == imported.book { return .known(id: "\(book.id)", shortID: book.id.short, name: name) }
        }
        let book = try await host.companion.lorebooks.add(imported.book, named: name, by: host.user.id)
        lorebooks = known + [book.summary]
        return .keptLorebook(book, imported.warnings)
    }
}

extension CardImporter.Outcome {
    func lines(of path: String, palette: Palette) -> [String] {
        let path = ControlFilter.singleLine(path)
        switch self {
        case .kept(let character, let warnings):
            let name = ControlFilter.singleLine(character.card.name)
            return ["kept     \(palette(.character, name))  \(character.id.short)  \(palette(.dim, path))"]
                + Self.lines(of: warnings, palette)
        case .keptLorebook(let book, let warnings):
            let name = ControlFilter.singleLine(book.name)
            return [
                "kept     lorebook \(palette(.character, name))  \(book.id.short)  \(book.book.entries.count) entries  "
                    + palette(.dim, path)
            ] + Self.lines(of: warnings, palette)
        case .known(_, let id, let name):
            let name = palette(.character, ControlFilter.singleLine(name))
            return ["there    \(name)  \(id)  \(palette(.dim, path))"]
        case .refused(let reason): return ["\(palette(.error, "refused"))  \(path): \(reason.harmless)"]
        }
    }

    private static func lines(of warnings: [CharacterCard.Warning], _ palette: Palette) -> [String] {
        warnings.map { palette(.warning, "  warning: \(ControlFilter.singleLine($0.description))") }
    }

    func json(of path: String) -> JSONValue {
        func kept(_ kind: String, _ id: String, _ name: String, _ warnings: [CharacterCard.Warning]) -> JSONValue {
            .event(
                "kept",
                [
                    "path": .string(path), "kind": .string(kind), "id": .string(id), "name": .string(name),
                    "warnings": .array(warnings.map { .string($0.description) }),
                ])
        }
        return switch self {
        case .kept(let character, let warnings): kept("card", "\(character.id)", character.card.name, warnings)
        case .keptLorebook(let book, let warnings): kept("lorebook", "\(book.id)", book.name, warnings)
        case .known(let id, _, let name):
            .event("known", ["path": .string(path), "id": .string(id), "name": .string(name)])
        case .refused(let reason): .event("refused", ["path": .string(path), "reason": .string(reason)])
        }
    }
}
