import CZlib

@testable import CompanionCardFiles

/// Pictures made chunk by chunk.
enum PictureSamples {
    /// One white pixel.
    static let pixel = picture([])
    static let animated = picture([("acTL", [0, 0, 0, 1, 0, 0, 0, 0])])

    /// A picture with these chunks between its header and its data.
    static func picture(_ chunks: [(type: String, data: [UInt8])]) -> [UInt8] {
        let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]
        return PNG.signature + PNG.chunk("IHDR", header) + chunks.flatMap { PNG.chunk($0.type, $0.data) }
            + PNG.chunk("IDAT", deflated([0, 255])) + PNG.chunk("IEND", [])
    }

    static func text(_ keyword: String, _ text: String) -> (type: String, data: [UInt8]) {
        ("tEXt", keyword.utf8 + [0] + Base64.encode(Array(text.utf8)))
    }

    static func compressedText(_ keyword: String, _ text: [UInt8]) -> (type: String, data: [UInt8]) {
        ("zTXt", keyword.utf8 + [0, 0] + deflated(text))
    }

    static func internationalText(
        _ keyword: String, _ text: [UInt8], isCompressed: Bool
    ) -> (type: String, data: [UInt8]) {
        let start = keyword.utf8 + [0, isCompressed ? 1 : 0, 0] + "en".utf8 + [0] + "é".utf8 + [0]
        return ("iTXt", start + (isCompressed ? deflated(text) : text))
    }

    static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(length))
        precondition(compress2(&output, &length, bytes, uLong(bytes.count), 9) == Z_OK)
        return Array(output[..<Int(length)])
    }
}
