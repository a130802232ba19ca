internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// The person who asks: what is kept of them, what they may do, and how they leave.
enum PersonRoutes {
    static let all: [GatewayRoute] = [
        .get("/v1/me", "me", "The person.", answer: .json("Person")) { gateway, request in
            try await gateway.person(request)
        },
        .change(
            .patch, "/v1/me", "changeMe", "Changes name, persona and preferences.", body: .json("PersonChange"),
            answer: .json("Person")
        ) { gateway, request in
            let (accounts, id, body) = (gateway.companion.accounts, try request.user, try request.object())
            let user = try await accounts.user(id)
            try request.requireMatch(user.tag)
            _ = try await accounts.update(
                id, name: body.optionalString("name"), persona: body.optionalString("persona"),
                preferences: body.members("preferences").map { try user.preferences.changed(by: $0) })
            return try await gateway.person(request)
        },
        .change(
            .delete, "/v1/me", "eraseMe", "Erases the person and all that is kept of them.",
            query: [.init(name: "confirm", summary: "Must be true.", type: "boolean")], status: .accepted,
            answer: .json("Erasure")
        ) { gateway, request in
            guard request.query["confirm"] == "true" else {
                throw CompanionError(.invalidInput, "This can't be taken back: add ?confirm=true.")
            }
            let erasure = try await gateway.companion.privacy.requestErasure(of: request.user)
            var response = GatewayResponse.json(erasure.json, .accepted)
            response.headers[.setCookie] = RefreshCookie.removal(request)
            return response
        },
        .get(
            "/v1/erasures/{id}", "erasure", "How far an erasure is; afterwards the receipt.", access: .anyone,
            answer: .json("Erasure")
        ) { gateway, request in
            .json(try await gateway.companion.privacy.erasure(request.id()).json)
        },
        .get(
            "/v1/me/export", "exportMe", "All that is kept of the person, as a zip.", answer: .file("application/zip")
        ) { gateway, request in
            let user = try request.user
            _ = try await gateway.companion.accounts.user(user)
            let zip = gateway.companion.privacy.export(of: user) { character in
                try await gateway.image(of: character.card, for: user)?.bytes
            }.zip
            return GatewayResponse(
                headers: [
                    .contentType: "application/zip", .contentDisposition: "attachment; filename=\"companion.zip\"",
                ],
                body: ResponseBody { writer in
                    for try await chunk in zip { try await writer.write(ByteBuffer(bytes: chunk)) }
                    try await writer.finish(nil)
                })
        },
        .get(
            "/v1/me/usage", "usage", "What the person may do, has done, and has left.", answer: .json("Usage")
        ) { gateway, request in
            .json(try await gateway.companion.subscriptions.usage(of: request.user).json)
        },
        .get("/v1/plan", "plan", "The tiers.", access: .anyone, answer: .list("Tier")) { gateway, _ in
            let plan = try gateway.companion.subscriptions.plan()
            return .json([
                "items": .list(plan.tiers) { tier in
                    .members(["name": .string(tier.name), "title": .string(tier.title), "limits": tier.limits.json])
                }
            ])
        },
    ]
}

extension CompanionGateway {
    fileprivate func person(_ request: GatewayRequest) async throws -> GatewayResponse {
        let user = try await companion.accounts.user(request.user)
        return .json(
            user.json(email: try await companion.accounts.email(of: user.id)), tag: user.tag)
    }
}
