#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// `{"data": [{"index": 0, "embedding": "base64" or [numbers]}, …]}`.
enum EmbeddingAnswer {
    struct Item: Sendable, Hashable {
        var index: Int?
        var vector: [Float]
    }

    static func items(in bytes: [UInt8]) throws -> [Item] {
        try bytes.withUnsafeBytes { bytes in
            var items: [Item] = []
            var cursor = JSONCursor(bytes)
            try cursor.forEachMember { cursor, key in
                guard key.equals("data") else { return try cursor.skip() }
                try cursor.forEachElement { cursor, _ in items.append(try item(&cursor)) }
            }
            return items
        }
    }

    private static func item(_ cursor: inout JSONCursor) throws -> Item {
        var item = Item(index: nil, vector: [])
        try cursor.forEachMember { cursor, key in
            if key.equals("index") {
                item.index = try cursor.integer()
            } else if key.equals("embedding") {
                item.vector = try vector(&cursor)
            } else {
                try cursor.skip()
            }
        }
        return item
    }

    private static func vector(_ cursor: inout JSONCursor) throws -> [Float] {
        if try cursor.isString() {
            guard let text = try cursor.string() else { return [] }
            return try floats(text)
        }
        var vector: [Float] = []
        try cursor.forEachElement { cursor, _ in
            guard let number = try cursor.float() else { throw JSONCursor.Malformed() }
            vector.append(number)
        }
        return vector
    }

    /// Little-endian numbers of single precision in base64.
    private static func floats(_ text: JSONText) throws -> [Float] {
        guard let data = Data(base64Encoded: text.string), data.count % 4 == 0 else { throw JSONCursor.Malformed() }
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { index in
                let bits = bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }
}
