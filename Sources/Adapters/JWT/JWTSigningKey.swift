internal import CompanionCore
internal import Crypto
internal import JWTKit

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A key that signs access tokens, or one that only verifies those that it signed before.
public struct JWTSigningKey: Sendable {
    enum Material: Sendable {
        case es256(ES256PrivateKey)
        case es256Public(ES256PublicKey)
        case eddsa(EdDSA.PrivateKey)
        case eddsaPublic(EdDSA.PublicKey)
    }

    /// Names the key in tokens (`kid`); never give the same name to another key.
    public let identifier: String
    let material: Material

    /// A P-256 private key in PEM (PKCS 8 or SEC 1).
    public static func es256(_ identifier: String, pem: String) throws -> JWTSigningKey {
        try make(identifier) { .es256(try ES256PrivateKey(pem: pem)) }
    }

    /// A P-256 public key in PEM: verifies only.
    public static func es256Public(_ identifier: String, pem: String) throws -> JWTSigningKey {
        try make(identifier) { .es256Public(try ES256PublicKey(pem: pem)) }
    }

    /// An Ed25519 private key in PEM (PKCS 8).
    public static func eddsa(_ identifier: String, pem: String) throws -> JWTSigningKey {
        try make(identifier) { .eddsa(try EdDSA.PrivateKey(pem: pem)) }
    }

    /// An Ed25519 public key in PEM: verifies only.
    public static func eddsaPublic(_ identifier: String, pem: String) throws -> JWTSigningKey {
        try make(identifier) { .eddsaPublic(try EdDSA.PublicKey(pem: pem)) }
    }

    /// A new P-256 key, for programs whose sessions need not outlive them.
    public static func ephemeral(_ identifier: String = "ephemeral") -> JWTSigningKey {
        JWTSigningKey(identifier: identifier, material: .es256(ES256PrivateKey()))
    }

    /// The PEM of a new P-256 private key (PKCS 8), for ``es256(_:pem:)``: for hosts that make their key themselves. Keep it
    /// secret, and keep it: sessions live on by refresh tokens, but each access token needs the key that signed it.
    public static func newPEM() -> String { P256.Signing.PrivateKey().pemRepresentation }

    private static func make(_ identifier: String, _ material: () throws -> Material) throws -> JWTSigningKey {
        do {
            return JWTSigningKey(identifier: identifier, material: try material())
        } catch {
            throw CompanionError(
                .invalidInput, "The signing key \(identifier) is not such a key in PEM.", underlying: error)
        }
    }

    /// The `alg` that a token of this key must have.
    var algorithm: String {
        switch material {
        case .es256, .es256Public: "ES256"
        case .eddsa, .eddsaPublic: "EdDSA"
        }
    }

    var canSign: Bool {
        switch material {
        case .es256, .eddsa: true
        case .es256Public, .eddsaPublic: false
        }
    }

    /// The key alone.
    func collection() async -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        return switch material {
        case .es256(let key): await keys.add(ecdsa: key)
        case .es256Public(let key): await keys.add(ecdsa: key)
        case .eddsa(let key): await keys.add(eddsa: key)
        case .eddsaPublic(let key): await keys.add(eddsa: key)
        }
    }
}

/// Neither shows the key.
extension JWTSigningKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "JWTSigningKey(\(identifier), \(algorithm))" }
    public var customMirror: Mirror { Mirror(self, children: ["identifier": identifier]) }
}
