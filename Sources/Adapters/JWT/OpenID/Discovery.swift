internal import CompanionCore

/// What a provider says where to find (OpenID Connect Discovery 1.0).
struct Discovery: Sendable {
    var issuer: String
    var authorization: String
    var token: String
    var keys: String

    /// Throws where the document is another issuer's, or lacks something.
    init(_ json: JSONValue, issuer: String) throws(CompanionError) {
        guard let named = json["issuer"]?.string, Self.isSame(named, issuer),
            let authorization = json["authorization_endpoint"]?.string, let token = json["token_endpoint"]?.string,
            let keys = json["jwks_uri"]?.string
        else {
            throw CompanionError(
                .malformedResponse, "The identity provider's discovery document is not the issuer's, or not whole.")
        }
        self.issuer = named
        self.authorization = authorization
        self.token = token
        self.keys = keys
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        func bare(_ text: String) -> Substring { text.last == "/" ? text.dropLast() : text[...] }
        return bare(left) == bare(right)
    }
}
