internal import CompanionCore
internal import CompanionJWT
internal import Crypto
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The keys that sign access tokens, in a PEM file: the first signs, the others are those of earlier days and only verify.
struct SigningKeyFile {
    let path: String

    /// What the file holds. Where it is missing and `makes`, one is made, readable by its owner only: of several processes
    /// that start together, one makes it.
    func keys(makes: Bool) throws -> [JWTSigningKey] {
        if try LocalFile(path: path).contents(maximumBytes: 65_536) == nil {
            guard makes else {
                throw CompanionError(
                    .invalidInput,
                    "There is no file \(path): correct --signing-key, or make one: openssl ecparam -name prime256v1 -genkey -noout"
                )
            }
            try LocalFile(path: path).folder.create()
            _ = try LocalFile(path: path).create(with: Array(JWTSigningKey.newPEM().utf8))
        }
        let text = String(decoding: try LocalFile(path: path).contents(maximumBytes: 65_536) ?? [], as: UTF8.self)
        return try Self.keys(in: text)
    }

    /// Each key is named after itself, so that all instances give it the same name, and never another one.
    static func keys(in text: String) throws -> [JWTSigningKey] {
        var keys: [JWTSigningKey] = []
        var block: [Substring] = []
        for line in text.split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN") { block = [] }
            block.append(line)
            guard line.hasPrefix("-----END"), !line.contains("PARAMETERS") else { continue }
            let pem = block.joined(separator: "\n") + "\n"
            let digest = SHA256.hash(data: Data(("companion signing key\n" + pem).utf8))
            let name = digest.prefix(8).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
            keys.append(line.contains("PUBLIC") ? try .es256Public(name, pem: pem) : try .es256(name, pem: pem))
        }
        guard !keys.isEmpty else {
            throw CompanionError(.invalidInput, "The file of the signing key holds no key in PEM.")
        }
        return keys
    }
}
