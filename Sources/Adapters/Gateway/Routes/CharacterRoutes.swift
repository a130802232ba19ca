internal import CompanionCore
internal import HTTPTypes
internal import HummingbirdCore

/// The person's own characters.
enum CharacterRoutes {
    static let all: [GatewayRoute] = [
        .get(
            "/v1/characters", "characters", "The person's own characters.", query: [.limit, .after],
            answer: .list("Character")
        ) { gateway, request in
            let limit = try request.limit()
            let characters = try await gateway.companion.characters.characters(
                by: request.user, after: request.optionalID("after"), limit: limit)
            return .list(characters, limit: limit, next: { "\($0.id)" }) { $0.json() }
        },
        .post(
            "/v1/characters", "addCharacter", "Keeps a character, from a card.", body: cardFile, status: .created,
            answer: .json("NewCharacter")
        ) { gateway, request in
            let user = try request.user
            let file = try gateway.card(in: request)
            var card = file.card
            try await gateway.keep(file.image, in: &card, of: user)
            let character = try await gateway.companion.characters.add(card, by: user)
            return .json(
                .members(["character": character.json(), "warnings": .list(file.warnings) { .string($0) }]), .created)
        },
        .get("/v1/characters/{id}", "character", "A character, with its card.", answer: .json("CharacterWithCard")) {
            gateway, request in
            let character = try await gateway.companion.characters.character(request.id(), by: request.user)
            return .json(character.json(withCard: true), tag: character.tag)
        },
        .change(
            .put, "/v1/characters/{id}", "changeCharacter", "Gives a character another card.", body: cardFile,
            answer: .json("NewCharacter")
        ) { gateway, request in
            let user = try request.user
            var character = try await gateway.companion.characters.character(request.id(), by: user)
            try request.requireMatch(character.tag)
            let file = try gateway.card(in: request)
            let portrait = character.card.portrait
            character.card = file.card
            if character.card.portrait == nil { character.card.portrait = portrait }
            try await gateway.keep(file.image, in: &character.card, of: user)
            let changed = try await gateway.companion.characters.update(character, by: user)
            var response = GatewayResponse.json(
                .members(["character": changed.json(), "warnings": .list(file.warnings) { .string($0) }]))
            response.headers[.eTag] = "\"\(changed.tag)\""
            return response
        },
        .change(
            .delete, "/v1/characters/{id}", "deleteCharacter", "Deletes a character, and its chats.",
            status: .noContent, answer: .nothing
        ) { gateway, request in
            try await gateway.companion.characters.delete(request.id(), by: request.user)
            return .nothing
        },
        .get(
            "/v1/characters/{id}/card", "characterCard", "The card as a file.",
            query: [.init(name: "as", summary: "v1, v2, v3 (the default), png or charx.")],
            answer: .file("application/octet-stream")
        ) { gateway, request in
            let user = try request.user
            let character = try await gateway.companion.characters.character(request.id(), by: user)
            return try await gateway.cardFile(of: character, as: request.query["as"] ?? "v3", for: user)
        },
        .get(
            "/v1/characters/{id}/versions", "characterVersions", "What the character was before.",
            query: [.limit, .after], answer: .list("CharacterVersion")
        ) { gateway, request in
            let limit = try request.limit()
            let versions = try await gateway.companion.characters.versions(
                of: request.id(), by: request.user, before: request.query["after"].flatMap(Int.init), limit: limit)
            return .list(versions, limit: limit, next: { "\($0.revision)" }) {
                .members(["revision": .int($0.revision), "name": .string($0.name), "madeAt": .time($0.madeAt)])
            }
        },
        .change(
            .put, "/v1/characters/{id}/image", "setImage", "Gives a character a picture.",
            body: .file(types: ["image/*"], maximumBytes: 8 << 20), answer: .json("Character")
        ) { gateway, request in
            let user = try request.user
            var character = try await gateway.companion.characters.character(request.id(), by: user)
            try await gateway.keep(request.body, in: &character.card, of: user)
            return .json(try await gateway.companion.characters.update(character, by: user).json())
        },
        .change(
            .delete, "/v1/characters/{id}/image", "removeImage", "Takes a character's picture away.",
            answer: .json("Character")
        ) { gateway, request in
            let user = try request.user
            var character = try await gateway.companion.characters.character(request.id(), by: user)
            character.card.portrait = nil
            return .json(try await gateway.companion.characters.update(character, by: user).json())
        },
        .get(
            "/v1/images/{name}", "image", "A picture, by the address that a character has.", answer: .file("image/*")
        ) { gateway, request in
            guard let name = PortraitName(request.parameters["name"] ?? ""),
                let image = try await gateway.image(named: name, for: request.user)
            else { throw CompanionError(.notFound, "There is no such picture.") }
            var response = GatewayResponse(bytes: image.bytes, type: name.type)
            response.headers[.cacheControl] = "private, max-age=31536000, immutable"
            response.headers[.eTag] = "\"\(name.text)\""
            return response
        },
    ]

    /// The largest is configured; this bounds what the document says.
    private static let cardFile = GatewayRoute.Body.file(
        types: ["application/json", "image/png", "application/zip", "application/octet-stream"], maximumBytes: 32 << 20)
}

extension CompanionCharacter {
    var tag: String { "\(id)-\(revision)" }
}

extension CompanionGateway {
    /// The card that a request holds, as JSON or as a file.
    fileprivate func card(in request: GatewayRequest) throws -> CardFileCodec.Contents {
        guard request.body.count <= configuration.maximumCardBytes else {
            throw CompanionError(.limitExceeded, "A card has at most \(configuration.maximumCardBytes) bytes.")
        }
        if let cardFiles { return try cardFiles.read(request.body) }
        let imported = try CharacterCard.Import(parsing: request.body)
        return .init(card: imported.card, image: nil, warnings: imported.warnings.map(\.description))
    }

    fileprivate func cardFile(
        of character: CompanionCharacter, as format: String, for user: User.ID
    ) async throws -> GatewayResponse {
        var card = character.card
        card.portrait = nil
        let name = "filename=\"\(card.fileName)"
        func file(_ bytes: [UInt8], _ type: String, _ ending: String) -> GatewayResponse {
            var response = GatewayResponse(bytes: bytes, type: type)
            response.headers[.contentDisposition] = "attachment; \(name).\(ending)\""
            return response
        }
        let needsFiles = CompanionError(.unsupported, "This server knows cards as JSON alone: v1, v2, v3.")
        switch format {
        case "png":
            guard let cardFiles else { throw needsFiles }
            let image = try await image(of: character.card, for: user)?.bytes
            return file(try cardFiles.writePNG(card, image), "image/png", "png")
        case "charx":
            guard let cardFiles else { throw needsFiles }
            let image = try await image(of: character.card, for: user)?.bytes
            return file(try cardFiles.writeCHARX(card, image), "application/zip", "charx")
        default:
            guard let version = CharacterCard.Version(rawValue: format) else {
                throw CompanionError(.invalidInput, "`as` is v1, v2, v3, png or charx.")
            }
            return file(card.json(as: version).serializedBytes(pretty: true), "application/json", "json")
        }
    }
}

extension CharacterCard {
    /// The name in ASCII letters, for files.
    fileprivate var fileName: String {
        let name = displayName.unicodeScalars.map {
            $0.properties.isAlphabetic && $0.isASCII || ("0"..."9").contains($0) ? Character($0) : "-"
        }
        let text = String(name).split(separator: "-").joined(separator: "-")
        return text.isEmpty ? "character" : String(text.prefix(64))
    }
}
