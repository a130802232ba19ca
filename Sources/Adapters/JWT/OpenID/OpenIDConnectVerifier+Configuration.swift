public import CompanionCore

extension OpenIDConnectVerifier {
    /// How a provider is spoken to.
    public struct Configuration: Sendable {
        public var provider: IdentityProvider
        /// The provider's address, as it names itself; its discovery document is below it.
        public var issuer: String
        /// What the provider knows the host by.
        public var clientID: String
        public var clientSecret: ClientSecret
        /// Asked for beside `openid`.
        public var scopes: [String]
        /// Whether the answer comes as a form (`form_post`), as Apple sends names and addresses only so.
        public var answersByForm: Bool
        /// How far the provider's clock may be from ours. Default 60 seconds.
        public var leeway: Duration
        /// How long discovery and keys are kept. Default an hour.
        public var cacheLifetime: Duration
        /// How long an unknown key makes nobody ask for keys again. Default 30 seconds.
        public var keyRefreshInterval: Duration

        public init(
            provider: IdentityProvider, issuer: String, clientID: String, clientSecret: ClientSecret,
            scopes: [String] = ["email", "profile"], answersByForm: Bool = false, leeway: Duration = .seconds(60),
            cacheLifetime: Duration = .seconds(3_600), keyRefreshInterval: Duration = .seconds(30)
        ) {
            self.provider = provider
            self.issuer = issuer
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.scopes = scopes
            self.answersByForm = answersByForm
            self.leeway = leeway
            self.cacheLifetime = cacheLifetime
            self.keyRefreshInterval = keyRefreshInterval
        }

        /// Google, with a client of type "web application".
        public static func google(clientID: String, clientSecret: String) -> Configuration {
            Configuration(
                provider: .google, issuer: "https://accounts.google.com", clientID: clientID,
                clientSecret: .fixed(clientSecret))
        }

        /// Apple, with a services ID and a key for Sign in with Apple.
        ///
        /// - Parameters:
        ///   - pem: The key that Apple's portal gave, a file named `AuthKey_….p8`.
        /// - Throws: `invalidInput` where that is no P-256 key in PEM.
        public static func apple(servicesID: String, team: String, keyID: String, pem: String) throws -> Configuration {
            Configuration(
                provider: .apple, issuer: "https://appleid.apple.com", clientID: servicesID,
                clientSecret: .signed(team: team, key: try .es256(keyID, pem: pem)), scopes: ["name", "email"],
                answersByForm: true)
        }
    }

    /// How the host shows a provider who it is.
    public enum ClientSecret: Sendable {
        case fixed(String)
        /// Made anew for each exchange, good for five minutes: a JWT that the key signs, as Apple wants it.
        case signed(team: String, key: JWTSigningKey)
    }
}

/// Without the secret.
extension OpenIDConnectVerifier.Configuration: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(provider) as \(clientID)" }
    public var customMirror: Mirror { Mirror(self, children: ["provider": provider, "clientID": clientID]) }
}
