internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What a token says about itself, before anything is known about it.
struct TokenHeader {
    var alg: String
    var kid: String?
    var typ: String?

    /// Nil where it is no token, or asks for extensions that we do not know (`crit`).
    init?(of token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Self.bytes(parts[0]), let json = try? JSONValue(parsing: bytes),
            let alg = json["alg"]?.string, json["crit"] == nil
        else { return nil }
        self.alg = alg
        kid = json["kid"]?.string
        typ = json["typ"]?.string
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)).map {
            Array($0)
        }
    }
}
