internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// OpenAI's protocol, for programs that speak it already: each character is a model.
enum ModelRoutes {
    static let all: [GatewayRoute] = [
        .get("/v1/models", "models", "The person's characters, as models.", answer: .json("ModelList")) {
            gateway, request in
            try await OpenAIErrors.told(request) {
                let models = try await ModelNames(of: request.user, in: gateway.companion)
                return .json(["object": "list", "data": .list(models.all) { $0.json }])
            }
        },
        .get("/v1/models/{id}", "model", "One character, as a model.", answer: .json("Model")) { gateway, request in
            try await OpenAIErrors.told(request) {
                let models = try await ModelNames(of: request.user, in: gateway.companion)
                return .json(try models.model(named: request.parameters["id"] ?? "").json)
            }
        },
        .post(
            "/v1/chat/completions", "completeChat",
            "Says the last message to a character; the reply comes as a completion.",
            body: .json("CompletionRequest"), answer: .json("Completion"), ignoresIdempotencyKey: true
        ) { gateway, request in
            try await OpenAIErrors.told(request) { try await CompletionTurn(gateway, request).answer() }
        },
    ]
}

/// The characters by the names that clients call them.
struct ModelNames {
    struct Model {
        var name: String
        var character: CompanionCharacter

        var json: JSONValue {
            .members([
                "id": .string(name), "object": "model",
                "created": .int(Int(character.createdAt.timeIntervalSince1970)), "owned_by": "companion",
                "name": .string(character.card.displayName),
            ])
        }
    }

    private(set) var all: [Model] = []

    /// At most so many of a person's characters are models.
    private static let most = 1_000

    init(of user: User.ID, in companion: Companion) async throws {
        var last: CompanionCharacter.ID?
        var taken: Set<String> = []
        while all.count < Self.most {
            let page = try await companion.characters.characters(by: user, after: last, limit: 100)
            for character in page {
                let name = Self.name(of: character.card.displayName)
                // The first one of a name has it; others are told apart by the end of their identifiers, which stays.
                let unique = taken.contains(name) ? "\(name)-\("\(character.id)".suffix(6))" : name
                taken.insert(unique)
                all.append(Model(name: unique, character: character))
            }
            guard page.count == 100 else { break }
            last = page.last?.id
        }
    }

    /// By name, by identifier, or by the name as people write it.
    func model(named name: String) throws(CompanionError) -> Model {
        let wanted = name.lowercased()
        let found =
            all.first { $0.name == wanted || "\($0.character.id)" == wanted }
            ?? all.first { $0.character.card.displayName.lowercased() == wanted }
        guard let found else {
            throw CompanionError(.notFound, "There is no model of that name: GET /v1/models lists them.")
        }
        return found
    }

    /// Letters and digits of any language, with hyphens between.
    static func name(of text: String) -> String {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        let name = words.joined(separator: "-").prefix(64)
        return name.isEmpty ? "character" : String(name)
    }
}

/// Errors as OpenAI's clients read them.
enum OpenAIErrors {
    static func told(
        _ request: GatewayRequest, _ body: () async throws -> GatewayResponse
    ) async throws -> GatewayResponse {
        do {
            return try await body()
        } catch {
            let problem = Problem(error)
            if problem.status.kind == .serverError {
                request.logger.error(
                    "A completion failed.", metadata: ["code": "\(problem.code)", "request": "\(request.id)"])
            }
            var response = GatewayResponse.json(json(problem), problem.status)
            if let retryAfter = problem.retryAfter { response.headers[.retryAfter] = "\(Int(retryAfter.rounded(.up)))" }
            return response
        }
    }

    static func json(_ problem: Problem) -> JSONValue {
        let type =
            switch problem.status.code {
            case 401: "authentication_error"
            case 403: "permission_error"
            case 404: "not_found_error"
            case 429: "rate_limit_error"
            case 400..<500: "invalid_request_error"
            default: "server_error"
            }
        return [
            "error": [
                "message": .string(problem.detail), "type": .string(type), "param": .null,
                "code": .string(problem.code),
            ]
        ]
    }
}
