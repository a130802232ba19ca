public import CompanionCore

extension CardFile {
    /// The keywords of the texts that hold a card, the preferred one first.
    private static let keywords = ["ccv3", "chara"]
    /// How many texts of one keyword are tried before a picture is given up.
    private static let triedTexts = 4

    /// Puts a card into a picture: as V3 (`ccv3`), and as V2 (`chara`) for programs that know no better.
    ///
    /// Cards that the picture held before are removed; all else in it stays. The V2 text lacks the assets and says
    /// in the notes for people that there is a V3 beside it.
    ///
    /// - Parameter image: A PNG or APNG.
    /// - Throws: `CompanionError` with `invalidInput` where the image is no PNG or is damaged, `limitExceeded` where
    ///   the card or the file would be larger than what ``read(_:limits:)`` takes by default.
    public static func png(card: CharacterCard, image: some Collection<UInt8>) throws -> [UInt8] {
        let image = Array(image)
        guard image.starts(with: PNG.signature) else {
            throw CompanionError(.invalidInput, "the image is no PNG: convert it first")
        }
        let parts = try PNGParts(image)
        let limits = Limits()
        let texts = try [
            text("chara", card.forOlderPrograms.json(as: .v2), limits),
            text("ccv3", card.json(as: .v3), limits),
        ]
        let file =
            image.removing(parts.cards + [parts.end.lowerBound..<image.count]) + texts.joined() + image[parts.end]
        guard file.count <= limits.fileBytes else {
            throw CompanionError(
                .limitExceeded, "picture and card together are larger than the limit of \(limits.fileBytes) bytes")
        }
        return file
    }

    private static func text(_ keyword: String, _ json: JSONValue, _ limits: Limits) throws -> [UInt8] {
        let bytes = json.serializedBytes()
        guard bytes.count <= limits.json.bytes else {
            throw CompanionError(
                .limitExceeded, "the card is larger than the limit of \(limits.json.bytes) bytes for its JSON")
        }
        return PNG.chunk("tEXt", keyword.utf8 + [0] + Base64.encode(bytes))
    }

    static func readPNG(_ bytes: [UInt8], limits: Limits) throws -> Contents {
        let parts = try PNGParts(bytes)
        guard !parts.texts.isEmpty else {
            throw CompanionError(.invalidInput, "this \(parts.format) holds no character card ('ccv3' or 'chara')")
        }
        var failure: CompanionError?
        for text in keywords.flatMap({ parts.texts[$0] ?? [] }) {
            do {
                var imported = try read(text, limits: limits)
                if failure != nil {
                    let warning = CharacterCard.Warning(path: "", message: "another copy of the card is damaged")
                    imported.warnings.insert(warning, at: 0)
                }
                return Contents(
                    imported: imported, format: parts.format, file: bytes,
                    cards: parts.cards + [parts.end.upperBound..<bytes.count])
            } catch let error as CompanionError {
                failure = failure ?? error
            }
        }
        throw failure ?? CompanionError(.invalidInput, "this \(parts.format) holds no character card")
    }

    private static func read(_ text: PNGText, limits: Limits) throws -> CharacterCard.Import {
        do {
            let bytes = try text.text(limit: limits.textBytes)
            // Base64 by the specifications; some programs write the JSON itself.
            let json = bytes.first == UInt8(ascii: "{") ? bytes : try Base64.decode(bytes)
            return try CharacterCard.Import(parsing: json, limits: limits.json)
        } catch let error as CompanionError {
            throw CompanionError(
                error.code, "the card in the picture ('\(text.keyword)') can't be read: \(error.message)",
                underlying: error.underlying)
        }
    }

    /// A picture taken apart.
    private struct PNGParts {
        var format = Format.png
        /// The texts that hold cards, by keyword.
        var texts: [String: [PNGText]] = [:]
        /// Where chunks with cards stand, in order.
        var cards: [Range<Int>] = []
        /// Where the last chunk stands.
        var end = 0..<0

        init(_ bytes: [UInt8]) throws {
            var reader = PNG.ChunkReader(bytes)
            while let chunk = try reader.next() {
                end = chunk.range
                if chunk.type == "acTL" { format = .apng }
                guard let text = PNGText(chunk), keywords.contains(text.keyword) else { continue }
                cards.append(chunk.range)
                let same = texts[text.keyword] ?? []
                if same.count < triedTexts { texts[text.keyword] = same + [text] }
            }
        }
    }
}

extension [UInt8] {
    /// Without the bytes in these ranges, which are in order.
    func removing(_ ranges: [Range<Int>]) -> [UInt8] {
        var rest: [UInt8] = []
        rest.reserveCapacity(count)
        var start = 0
        for range in ranges {
            rest += self[start..<range.lowerBound]
            start = range.upperBound
        }
        rest += self[start...]
        return rest
    }
}

extension CharacterCard {
    /// What stands beside the V3 card for programs that read V2 only.
    fileprivate var forOlderPrograms: CharacterCard {
        var card = self
        card.assets = nil
        let notice = "This is a Character Card V3, shown as a V2. Use a program that reads V3 to see all of it."
        card.creatorNotes = creatorNotes.isEmpty ? notice : "\(creatorNotes)\n\n\(notice)"
        return card
    }
}
