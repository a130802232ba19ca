internal import CompanionCore
internal import JWTKit

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What an ID token says.
struct IdentityClaims: JWTPayload {
    /// A string, or an array of strings.
    struct Audience: Codable, Sendable {
        var all: [String]
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(String.self) {
                all = [one]
            } else {
                all = try container.decode([String].self)
            }
        }
        func encode(to encoder: any Encoder) throws { try all.encode(to: encoder) }
    }

    /// A boolean, or a string that says one, as Apple sends it.
    struct Truth: Codable, Sendable {
        var isTrue: Bool
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let bool = try? container.decode(Bool.self) {
                isTrue = bool
            } else {
                isTrue = try container.decode(String.self) == "true"
            }
        }
        func encode(to encoder: any Encoder) throws { try isTrue.encode(to: encoder) }
    }

    var iss: String
    var sub: String
    var aud: Audience
    var azp: String?
    var exp: Double
    var iat: Double?
    var nbf: Double?
    var nonce: String?
    var email: String?
    var emailVerified: Truth?
    var name: String?

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, azp, exp, iat, nbf, nonce, email, name
        case emailVerified = "email_verified"
    }

    /// What is said is compared below, with a clock that is given.
    func verify(using _: some JWTAlgorithm) throws {}

    /// OpenID Connect Core 1.0, section 3.1.3.7.
    ///
    /// - Parameter name: What came beside the token.
    func identity(
        issuer: String, configuration: OpenIDConnectVerifier.Configuration, nonce: String, now: Date, name: String?
    ) throws(CompanionError) -> ExternalIdentity {
        let now = now.timeIntervalSince1970
        let leeway = configuration.leeway.inSeconds
        guard iss == issuer else { throw Self.refused("its issuer is another") }
        guard aud.all.contains(configuration.clientID) else { throw Self.refused("it is for somebody else") }
        guard
            aud.all.count == 1
                ? (azp ?? configuration.clientID) == configuration.clientID : azp == configuration.clientID
        else { throw Self.refused("it was asked for by somebody else") }
        guard now < exp + leeway else { throw Self.refused("it has expired") }
        guard (nbf ?? 0) <= now + leeway, (iat ?? 0) <= now + leeway else { throw Self.refused("it is not valid yet") }
        guard self.nonce == nonce else { throw Self.refused("it is not the answer to this request") }
        return ExternalIdentity(
            provider: configuration.provider, subject: sub, email: email,
            isEmailVerified: emailVerified?.isTrue ?? false, name: self.name ?? name)
    }

    static func refused(_ reason: String, _ underlying: (any Error)? = nil) -> CompanionError {
        CompanionError(.unauthenticated, "The ID token is not taken: \(reason).", underlying: underlying)
    }
}
