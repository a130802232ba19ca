internal import CompanionCore
internal import HTTPTypes

/// One route: what it is for, what it takes and gives, and what does it. The document at `/openapi.json` is made of these.
struct GatewayRoute: Sendable {
    enum Access: Sendable {
        case anyone, person, moderator
    }

    /// What a request's body is.
    enum Body: Sendable {
        case none
        /// A JSON object that a component of the document describes.
        case json(String)
        /// A JSON object, or a file of one of these types.
        case file(types: [String], maximumBytes: Int)

        /// The most that is read.
        var maximumBytes: Int {
            switch self {
            case .none: 0
            case .json: 1 << 20
            case .file(_, let maximum): maximum
            }
        }
    }

    struct Query: Sendable {
        var name: String
        var summary: String
        var type: String = "string"

        static let limit = Query(name: "limit", summary: "At most so many, 1 to 100.", type: "integer")
        static let after = Query(name: "after", summary: "The `next` of the page before.")
    }

    /// What is answered where all is well.
    enum Answer: Sendable {
        case nothing
        case json(String)
        case list(String)
        case file(String)
        case redirect
    }

    var method: HTTPRequest.Method
    /// With its parameters in braces.
    var path: String
    /// The name of the operation in the document.
    var name: String
    var summary: String
    var access = Access.person
    var body = Body.none
    var query: [Query] = []
    var status = HTTPResponse.Status.ok
    var answer: Answer
    /// Knows by itself what was asked for before, or must not be remembered.
    var ignoresIdempotencyKey = false
    var handle: @Sendable (CompanionGateway, GatewayRequest) async throws -> GatewayResponse

    /// The first part of the path behind the version: what the document groups by.
    var tag: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "system" }
}

extension GatewayRoute {
    static func get(
        _ path: String, _ name: String, _ summary: String, access: Access = .person, query: [Query] = [],
        answer: Answer,
        _ handle: @escaping @Sendable (CompanionGateway, GatewayRequest) async throws -> GatewayResponse
    ) -> GatewayRoute {
        GatewayRoute(
            method: .get, path: path, name: name, summary: summary, access: access, query: query, answer: answer,
            handle: handle)
    }

    static func post(
        _ path: String, _ name: String, _ summary: String, access: Access = .person, body: Body = .none,
        status: HTTPResponse.Status = .ok, answer: Answer, query: [Query] = [], ignoresIdempotencyKey: Bool = false,
        _ handle: @escaping @Sendable (CompanionGateway, GatewayRequest) async throws -> GatewayResponse
    ) -> GatewayRoute {
        GatewayRoute(
            method: .post, path: path, name: name, summary: summary, access: access, body: body, query: query,
            status: status, answer: answer, ignoresIdempotencyKey: ignoresIdempotencyKey, handle: handle)
    }

    static func change(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String, body: Body = .none,
        query: [Query] = [], status: HTTPResponse.Status = .ok, answer: Answer,
        _ handle: @escaping @Sendable (CompanionGateway, GatewayRequest) async throws -> GatewayResponse
    ) -> GatewayRoute {
        GatewayRoute(
            method: method, path: path, name: name, summary: summary, body: body, query: query, status: status,
            answer: answer, handle: handle)
    }
}
