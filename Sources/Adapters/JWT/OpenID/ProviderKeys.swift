internal import CompanionCore
internal import JWTKit

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The keys that a provider signs with.
struct ProviderKeys: Sendable {
    /// Those by which a provider alone can sign; never one with a shared secret, and never none.
    static let algorithms: Set<String> = ["RS256", "ES256", "EdDSA"]
    private static let kinds = ["RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"]

    struct Key: Sendable {
        fileprivate var identifier: String?
        fileprivate var kind: String
        fileprivate var algorithm: String?
        fileprivate var jwk: JWK
    }

    private var keys: [Key]

    /// Passes over keys that are not for signatures, or that we can't read.
    init(_ json: JSONValue) {
        keys = (json["keys"]?.array ?? []).compactMap { value in
            guard let kind = value["kty"]?.string, (value["use"]?.string ?? "sig") == "sig",
                let jwk = try? JSONDecoder().decode(JWK.self, from: Data(value.serializedBytes()))
            else { return nil }
            return Key(identifier: value["kid"]?.string, kind: kind, algorithm: value["alg"]?.string, jwk: jwk)
        }
    }

    /// The one key that may have signed a token: of its identifier, and of the kind that its algorithm wants.
    func key(for header: TokenHeader) -> VerifyingKey? {
        let fitting = keys.filter { key in
            key.kind == Self.kinds[header.alg] && (key.algorithm ?? header.alg) == header.alg
                && (header.kid == nil || key.identifier == header.kid)
        }
        guard fitting.count == 1, let key = fitting.first else { return nil }
        var jwk = key.jwk
        jwk.algorithm = .init(rawValue: header.alg)
        jwk.keyIdentifier = "key"
        return VerifyingKey(jwk: jwk)
    }
}

/// A key with the algorithm that it is used by.
struct VerifyingKey: Sendable {
    let jwk: JWK

    func verify(_ token: String) async throws -> IdentityClaims {
        do {
            let keys = JWTKeyCollection()
            try await keys.add(jwk: jwk)
            return try await keys.verify(token, as: IdentityClaims.self)
        } catch {
            throw IdentityClaims.refused("its signature is not the provider's", error)
        }
    }
}
