internal import CompanionCardFiles
internal import CompanionCore
internal import _CompanionHosting

/// Takes cards from files, one after another.
struct CardImporter {
    enum Outcome: Sendable {
        case kept(CompanionCharacter, [CharacterCard.Warning])
        /// The same card was there already.
        case known(CompanionCharacter.ID, name: String)
        case refused(String)

        var isRefusal: Bool { if case .refused = self { true } else { false } }
    }

    private let host: Host
    /// The cards that the person has, to take none twice.
    private var known: [CharacterCard: CompanionCharacter.ID]

    init(host: Host) async throws {
        self.host = host
        let own = try await host.characters.characters()
        known = Dictionary(own.map { ($0.card, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    /// Keeps the card in a file, and its picture.
    mutating func add(_ path: String) async -> Outcome {
        do {
            let limits = CardFile.Limits()
            guard let bytes = try LocalFile(path: path).contents(maximumBytes: limits.fileBytes) else {
                return .refused("the file is gone")
            }
            let contents = try CardFile.read(bytes, limits: limits)
            let card = contents.imported.card
            if let known = known[card] { return .known(known, name: card.name) }
            let character = try await host.companion.characters.add(card, by: host.user.id)
            known[character.card] = character.id
            var warnings = contents.imported.warnings
            do {
                if let image = contents.image { try host.portraits.keep(image, of: character.id) }
            } catch let error as CompanionError {
                warnings.append(.init(path: "", message: "its picture could not be kept: \(error.message)"))
            }
            return .kept(character, warnings)
        } catch let error as CompanionError {
            return .refused(error.message)
        } catch {
            return .refused("\(error)")
        }
    }
}

extension CardImporter.Outcome {
    func lines(of path: String, palette: Palette) -> [String] {
        let path = ControlFilter.singleLine(path)
        switch self {
        case .kept(let character, let warnings):
            let name = ControlFilter.singleLine(character.card.name)
            return ["kept     \(palette(.character, name))  \(character.id.short)  \(palette(.dim, path))"]
                + warnings.map { palette(.warning, "  warning: \(ControlFilter.singleLine($0.description))") }
        case .known(let id, let name):
            let name = palette(.character, ControlFilter.singleLine(name))
            return ["there    \(name)  \(id.short)  \(palette(.dim, path))"]
        case .refused(let reason): return ["\(palette(.error, "refused"))  \(path): \(reason.harmless)"]
        }
    }

    func json(of path: String) -> JSONValue {
        switch self {
        case .kept(let character, let warnings):
            .event(
                "kept",
                [
                    "path": .string(path), "id": .string("\(character.id)"), "name": .string(character.card.name),
                    "warnings": .array(warnings.map { .string($0.description) }),
                ])
        case .known(let id, let name):
            .event("known", ["path": .string(path), "id": .string("\(id)"), "name": .string(name)])
        case .refused(let reason): .event("refused", ["path": .string(path), "reason": .string(reason)])
        }
    }
}
