import CompanionCore
import CompanionJWT
import Crypto
import Synchronization
import TestSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An identity provider in process, whose tokens a test makes as it likes.
final class ScriptedProvider: Sendable {
    static let clientID = "companion-client"

    struct State {
        var key = P256.Signing.PrivateKey()
        var keyID = "key-1"
        /// How often the keys were asked for.
        var keyRequests = 0
        var usedCodes: Set<String> = []
        /// The forms that came to exchange a code.
        var forms: [[String: String]] = []
        /// What the next token says, beyond what is right.
        var change: @Sendable (inout [String: JSONValue], inout [String: JSONValue]) -> Void = { _, _ in }
        /// Makes the whole token instead.
        var forge: (@Sendable (_ signed: String, _ claims: [String: JSONValue]) -> String)?
        var nonce = ""
        var now = 0
    }

    let state = Mutex(State())

    func handle(_ exchange: ScriptedExchange) async throws {
        let root = "http://" + (exchange.request.header("Host") ?? "")
        switch exchange.request.path {
        case "/.well-known/openid-configuration":
            try await exchange.respond(
                body: """
                    {"issuer":"\(root)","authorization_endpoint":"\(root)/authorize","token_endpoint":"\(root)/token",\
                    "jwks_uri":"\(root)/keys"}
                    """)
        case "/keys":
            let (key, id) = state.withLock { state in
                state.keyRequests += 1
                return (state.key.publicKey.rawRepresentation, state.keyID)
            }
            try await exchange.respond(
                body: """
                    {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"\(id)",\
                    "x":"\(Base64URL.text(key.prefix(32)))","y":"\(Base64URL.text(key.suffix(32)))"}]}
                    """)
        case "/token":
            let form = Self.fields(String(decoding: exchange.request.body, as: UTF8.self))
            let isNew = state.withLock { state in
                state.forms.append(form)
                return state.usedCodes.insert(form["code"] ?? "").inserted
            }
            guard isNew else { return try await exchange.respond(400, body: #"{"error":"invalid_grant"}"#) }
            try await exchange.respond(body: #"{"id_token":"\#(token(issuer: root))","access_token":"x"}"#)
        default: try await exchange.respond(404, body: "{}")
        }
    }

    private func token(issuer: String) -> String {
        state.withLock { state in
            var header: [String: JSONValue] = ["alg": "ES256", "kid": .string(state.keyID)]
            var claims: [String: JSONValue] = [
                "iss": .string(issuer), "sub": "subject-1", "aud": .string(Self.clientID),
                "exp": .number(JSONNumber(state.now + 300)), "iat": .number(JSONNumber(state.now)),
                "nonce": .string(state.nonce), "email": "ada@example.org", "email_verified": true, "name": "Ada",
            ]
            state.change(&header, &claims)
            let signed = JWT.sign(header, claims, by: state.key)
            return state.forge?(signed, claims) ?? signed
        }
    }

    private static func fields(_ form: String) -> [String: String] {
        let pairs = form.split(separator: "&").map { $0.split(separator: "=", omittingEmptySubsequences: false) }
        return Dictionary(pairs.map { (decoded($0[0]), decoded($0[1])) }) { first, _ in first }
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

enum Base64URL {
    static func text(_ bytes: some Collection<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Tokens, whatever they say.
enum JWT {
    static func part(_ members: [String: JSONValue]) -> String {
        var object = JSONObject()
        for (key, value) in members.sorted(by: { $0.key < $1.key }) { object[key] = value }
        return Base64URL.text(JSONValue.object(object).serialized().utf8)
    }

    static func sign(_ header: [String: JSONValue], _ claims: [String: JSONValue], by key: P256.Signing.PrivateKey)
        -> String
    {
        let content = part(header) + "." + part(claims)
        let signature = (try? key.signature(for: Data(content.utf8)).rawRepresentation) ?? Data()
        return content + "." + Base64URL.text(signature)
    }

    /// Signed with a secret that is no secret: the public key.
    static func signShared(_ header: [String: JSONValue], _ claims: [String: JSONValue], secret: Data) -> String {
        let content = part(header) + "." + part(claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(content.utf8), using: SymmetricKey(data: secret))
        return content + "." + Base64URL.text(Data(code))
    }
}
