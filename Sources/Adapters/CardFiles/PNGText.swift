internal import CompanionCore

/// A text chunk of a PNG: `tEXt`, `zTXt` or `iTXt`.
struct PNGText {
    /// The keyword in lower case.
    let keyword: String
    private let chunk: PNG.Chunk
    private let body: ArraySlice<UInt8>

    /// Nil for chunks of other types, and for those whose keyword does not end.
    init?(_ chunk: PNG.Chunk) {
        guard ["tEXt", "zTXt", "iTXt"].contains(chunk.type),
            let end = chunk.data.prefix(80).firstIndex(of: 0)
        else { return nil }
        self.chunk = chunk
        keyword = String(decoding: chunk.data[..<end], as: UTF8.self).lowercased()
        body = chunk.data[(end + 1)...]
    }

    /// The text, inflated where it is compressed.
    func text(limit: Int) throws -> [UInt8] {
        guard chunk.hasRightChecksum else { throw damaged("its checksum (CRC) does not match") }
        let text: Text =
            switch chunk.type {
            case "zTXt": try compressedText
            case "iTXt": try internationalText
            default: (body, false)
            }
        if text.isCompressed { return try inflate(text.bytes, limit: limit) }
        guard text.bytes.count <= limit else {
            throw CompanionError(.limitExceeded, "the card's text is larger than the limit of \(limit) bytes")
        }
        return Array(text.bytes)
    }

    private typealias Text = (bytes: ArraySlice<UInt8>, isCompressed: Bool)

    /// `zTXt`: a method, then the text.
    private var compressedText: Text {
        get throws {
            guard body.first == 0 else { throw damaged("it is compressed in an unknown way") }
            return (body.dropFirst(), true)
        }
    }

    /// `iTXt`: a flag, a method, the language, a translated keyword, then the text.
    private var internationalText: Text {
        get throws {
            let afterMethod = body.dropFirst(2)
            guard body.count >= 2, let flag = body.first, flag == 0 || flag == 1 && body.dropFirst().first == 0,
                let language = afterMethod.firstIndex(of: 0),
                let translation = afterMethod[(language + 1)...].firstIndex(of: 0)
            else { throw damaged("its parts are not where they belong") }
            return (afterMethod[(translation + 1)...], flag == 1)
        }
    }

    private func damaged(_ reason: String) -> CompanionError {
        CompanionError(.invalidInput, "the text chunk at byte \(chunk.range.lowerBound) is damaged: \(reason)")
    }
}
