/// A random value that proves something to us. The store keeps its digest alone.
struct Secret: Sendable {
    /// 256 bits in Base64 for URLs, 43 characters.
    let value: String

    init(_ random: any RandomSource) {
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        value = Base64URL.text(bytes)
    }

    var digest: String { Self.digest(value) }

    /// SHA-256 in Base64 for URLs: enough for values that nobody can guess.
    static func digest(_ value: String) -> String { Base64URL.text(SHA256Digest.digest(value)) }

    /// Compares in a time that depends on the lengths alone.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }
}

/// Base64 with `-` and `_` and without padding (RFC 4648, section 5).
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let word = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
            for index in 0...chunk.count { text.append(alphabet[word >> (18 - 6 * index) & 63]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
