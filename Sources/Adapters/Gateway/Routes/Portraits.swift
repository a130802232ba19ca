internal import CompanionCore

// Pictures are kept under the hash of their content, so that an address never shows another picture: in the person's own
// scope, and for published characters in the shared one, too. A card says in its extensions which is its own.

/// The name of a kept picture: 24 hexadecimal digits and an ending.
struct PortraitName: Sendable, Hashable {
    let text: String
    let type: String

    private static let types = ["png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"]

    private init(text: String, type: String) {
        self.text = text
        self.type = type
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 24,
            parts[0].allSatisfy({ $0.isASCII && $0.isHexDigit && !$0.isUppercase }),
            let type = Self.types[String(parts[1])]
        else { return nil }
        self.init(text: text, type: type)
    }

    /// - Throws: `invalidInput` for what is no picture that browsers show.
    init(of bytes: [UInt8]) throws(CompanionError) {
        func starts(_ text: StaticString, at offset: Int = 0) -> Bool {
            text.withUTF8Buffer { bytes.dropFirst(offset).starts(with: $0) }
        }
        let ending: String
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            ending = "png"
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            ending = "jpg"
        } else if starts("RIFF"), starts("WEBP", at: 8) {
            ending = "webp"
        } else if starts("GIF8") {
            ending = "gif"
        } else {
            throw CompanionError(.invalidInput, "A picture is a PNG, JPEG, WebP or GIF file.")
        }
        let digest = SHA256Digest.digest(bytes).prefix(12).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        self.init(text: "\(digest).\(ending)", type: Self.types[ending] ?? "")
    }

    var key: BlobKey { BlobKey("portraits/\(text)")! }
}

extension CharacterCard {
    private static let portraitField = "companion/portrait"

    /// The name of its picture among the blobs.
    var portrait: String? {
        get { extensions[Self.portraitField]?.string.flatMap { PortraitName($0)?.text } }
        set { extensions[Self.portraitField] = newValue.map(JSONValue.string) }
    }
}

extension CompanionGateway {
    struct Image {
        var name: PortraitName
        var bytes: [UInt8]
    }

    /// Keeps a picture, and notes it in the card. Without a blob store, or without a picture, nothing happens.
    func keep(_ image: [UInt8]?, in card: inout CharacterCard, of user: User.ID) async throws {
        guard let image, let blobStore else { return }
        guard image.count <= configuration.maximumImageBytes else {
            throw CompanionError(.limitExceeded, "A picture has at most \(configuration.maximumImageBytes) bytes.")
        }
        let name = try PortraitName(of: image)
        _ = try await blobStore.put(image, at: name.key, in: .user(user), attributes: Self.attributes(name))
        card.portrait = name.text
    }

    func image(of card: CharacterCard, for user: User.ID) async throws -> Image? {
        guard let name = card.portrait.flatMap(PortraitName.init) else { return nil }
        return try await image(named: name, for: user)
    }

    /// A picture of the person's own, or of a character that was published.
    func image(named name: PortraitName, for user: User.ID) async throws -> Image? {
        guard let blobStore else { return nil }
        for scope in [BlobScope.user(user), .shared] {
            do {
                let bytes = try await blobStore.bytes(
                    of: name.key, in: scope, maximumBytes: configuration.maximumCardBytes)
                return Image(name: name, bytes: bytes)
            } catch let error as CompanionError where error.code == .notFound {}
        }
        return nil
    }

    /// Lets everybody see the picture of a card that is published.
    func share(_ card: CharacterCard, of user: User.ID) async throws {
        guard let blobStore, let image = try await image(of: card, for: user) else { return }
        _ = try await blobStore.put(
            image.bytes, at: image.name.key, in: .shared, attributes: Self.attributes(image.name))
    }

    private static func attributes(_ name: PortraitName) -> BlobAttributes {
        BlobAttributes(contentType: name.type, cacheControl: "public, max-age=31536000, immutable")
    }
}
