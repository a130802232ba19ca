internal import CompanionCore
internal import HTTPTypes
internal import HummingbirdCore

/// The characters that people show to each other, and their review.
enum CatalogRoutes {
    static let all: [GatewayRoute] = [
        .get(
            "/v1/catalog", "searchCatalog", "Searches what is listed.",
            query: [
                .init(name: "q", summary: "Words, `#tag`, `temperament:word`, `speech:word`, `interest:word`."),
                .init(name: "order", summary: "newest, best or mostUsed."), .limit, .after,
            ], answer: .list("CatalogEntry")
        ) { gateway, request in
            let (user, limit) = (try request.user, try request.limit(30))
            guard let order = CatalogQuery.Order(rawValue: request.query["order"] ?? "newest") else {
                throw CompanionError(.invalidInput, "`order` is newest, best or mostUsed.")
            }
            var cursor: CatalogCursor?
            if let text = request.query["after"] {
                let parts = text.split(separator: "_")
                guard parts.count == 2, let key = Int(parts[0]), let id = CatalogEntry.ID(String(parts[1])) else {
                    throw CompanionError(.invalidInput, "`after` is the `next` of a page before.")
                }
                cursor = CatalogCursor(key: key, id: id)
            }
            let entries = try await gateway.companion.catalog.search(
                request.query["q"] ?? "", order: order, for: user, after: cursor, limit: limit)
            return .list(
                entries, limit: limit,
                next: {
                    let cursor = CatalogCursor($0, in: order)
                    return "\(cursor.key)_\(cursor.id)"
                }
            ) { $0.json(for: user) }
        },
        .get(
            "/v1/catalog/mine", "published", "What the person has published.", query: [.limit, .after],
            answer: .list("CatalogEntry")
        ) { gateway, request in
            let (user, limit) = (try request.user, try request.limit())
            let entries = try await gateway.companion.catalog.entries(
                by: user, after: request.optionalID("after"), limit: limit)
            return .list(entries, limit: limit, next: { "\($0.id)" }) { $0.json(for: user) }
        },
        .get("/v1/catalog/{id}", "catalogEntry", "One entry.", answer: .json("CatalogEntry")) { gateway, request in
            let user = try request.user
            let entry = try await gateway.companion.catalog.entry(request.id(), for: user)
            guard var json = entry.json(for: user).object else { return .nothing }
            if let stars = try await gateway.companion.catalog.stars(of: entry.id, by: user) {
                json["myStars"] = .int(stars)
            }
            return .json(.object(json))
        },
        .post(
            "/v1/catalog", "publish", "Shows a character to others.", body: .json("Publication"), status: .created,
            answer: .json("NewCatalogEntry")
        ) { gateway, request in
            let (user, body) = (try request.user, try request.object())
            let visibility = try body.optionalString("visibility") ?? "listed"
            guard let visibility = CatalogEntry.Visibility(rawValue: visibility) else {
                throw CompanionError(.invalidInput, "`visibility` is listed or unlisted.")
            }
            let entry = try await gateway.companion.catalog.publish(
                body.id("character"), as: visibility, rating: body.rating("rating") ?? .general, by: user)
            if let card = entry.published?.card { try await gateway.share(card, of: user) }
            return .json(.members(["entry": entry.json(for: user)]), .created)
        },
        .change(
            .delete, "/v1/catalog/{id}", "withdraw", "Withdraws what the person has published.", status: .noContent,
            answer: .nothing
        ) { gateway, request in
            try await gateway.companion.catalog.withdraw(request.id(), by: request.user)
            return .nothing
        },
        .post(
            "/v1/catalog/{id}/adopt", "adopt", "Keeps a copy of one's own.", status: .created,
            answer: .json("AdoptedCharacter")
        ) { gateway, request in
            let character = try await gateway.companion.catalog.adopt(request.id(), by: request.user)
            return .json(.members(["character": character.json()]), .created)
        },
        .change(
            .put, "/v1/catalog/{id}/stars", "rate", "Gives stars, or takes them back.", body: .json("Stars"),
            status: .noContent, answer: .nothing
        ) { gateway, request in
            try await gateway.companion.catalog.rate(
                request.id(), request.object().optionalInt("stars"), by: request.user)
            return .nothing
        },
        moderation(
            .post, "/v1/catalog/{id}/take-down", "takeDown", "Takes an entry out of the catalog.",
            body: .json("Reason"),
            answer: .json("CatalogEntry")
        ) { gateway, request in
            let user = try request.user
            let entry = try await gateway.companion.catalog.takeDown(
                request.id(), because: request.object().string("reason"), by: user)
            return .json(entry.json(for: user, isModerator: true))
        },
        moderation(
            .get, "/v1/moderation/queue", "reviewQueue", "The entries that wait for review.", query: [.limit, .after],
            answer: .list("CatalogEntry")
        ) { gateway, request in
            let (user, limit) = (try request.user, try request.limit())
            let entries = try await gateway.companion.catalog.queue(
                by: user, after: request.optionalID("after"), limit: limit)
            return .list(entries, limit: limit, next: { "\($0.id)" }) { $0.json(for: user, isModerator: true) }
        },
        moderation(
            .post, "/v1/moderation/queue/{id}/approve", "approve", "Lets an entry be shown.", body: .json("Approval"),
            answer: .json("CatalogEntry")
        ) { gateway, request in
            let (user, body) = (try request.user, try request.object())
            guard let revision = try body.optionalInt("revision") else {
                throw CompanionError(.invalidInput, "`revision` is missing: that of the card which was looked at.")
            }
            let entry = try await gateway.companion.catalog.approve(
                request.id(), revision: revision, rating: body.rating("rating"), by: user)
            if let card = entry.published?.card { try await gateway.share(card, of: entry.author) }
            return .json(entry.json(for: user, isModerator: true))
        },
        moderation(
            .post, "/v1/moderation/queue/{id}/refuse", "refuse", "Does not let an entry be shown.",
            body: .json("Reason"),
            answer: .json("CatalogEntry")
        ) { gateway, request in
            let user = try request.user
            let entry = try await gateway.companion.catalog.refuse(
                request.id(), because: request.object().string("reason"), by: user)
            return .json(entry.json(for: user, isModerator: true))
        },
        moderation(
            .get, "/v1/moderation/records", "moderationRecords", "What moderation decided, the newest first.",
            query: [.init(name: "action", summary: "Only decisions of this kind."), .limit, .after],
            answer: .list("ModerationRecord")
        ) { gateway, request in
            let limit = try request.limit()
            var action: ModerationAction?
            if let name = request.query["action"] {
                action = ModerationAction(name)
                guard action != nil else { throw CompanionError(.invalidInput, "There is no action of that name.") }
            }
            let records = try await gateway.companion.moderation.records(
                action, before: request.optionalID("after"), limit: limit, by: request.user)
            return .list(records, limit: limit, next: { "\($0.id)" }) { $0.json }
        },
        moderation(
            .get, "/v1/moderation/counters", "moderationCounters", "How much there was in each year.",
            answer: .json("ModerationCounters")
        ) { gateway, _ in
            let years = try await gateway.companion.moderation.counters().years
            var json: JSONObject = [:]
            for (year, counts) in years.sorted(by: { $0.key < $1.key }) {
                json["\(year)"] = [
                    "crisisReferrals": .int(counts.crisisReferrals), "disclosures": .int(counts.disclosures),
                    "blockedMessages": .int(counts.blockedMessages), "blockedReplies": .int(counts.blockedReplies),
                ]
            }
            return .json(.members(["years": .object(json)]))
        },
    ]

    private static func moderation(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ summary: String,
        body: GatewayRoute.Body = .none,
        query: [GatewayRoute.Query] = [], answer: GatewayRoute.Answer,
        _ handle: @escaping @Sendable (CompanionGateway, GatewayRequest) async throws -> GatewayResponse
    ) -> GatewayRoute {
        GatewayRoute(
            method: method, path: path, name: name, summary: summary, access: .moderator, body: body, query: query,
            answer: answer, handle: handle)
    }
}
