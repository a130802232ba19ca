import CompanionCore
import CompanionGateway
import CompanionInMemory
import CompanionTesting
import HTTPTypes
import Synchronization
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the routes answer.
@Suite struct GatewayRouteTests {
    @Test func aPersonSignsUpTalksAndLeaves() async throws {
        let fixture = try GatewayFixture(model: ScriptedLanguageModel { _ in "I see." })
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let me = try await ada.get("/v1/me")
            #expect(me["name"]?.string == "Ada" && me["email"]?.string == "ada@example.org")
            let (chat, _) = try await ada.newChat()
            let exchange = try await ada.post("/v1/chats/\(chat)/messages", ["text": "I moved to Turin."])
            #expect(exchange.status == .ok)
            #expect(exchange["reply"]?.object?["text"]?.string == "I see.")
            #expect(exchange["message"]?.object?["text"]?.string == "I moved to Turin.")
            let messages = try await ada.get("/v1/chats/\(chat)/messages")
            #expect(messages["items"]?.array?.compactMap { $0.object?["sequence"]?.integer } == [1, 2, 3])
            let unconfirmed = try await ada.send(.delete, "/v1/me")
            #expect(unconfirmed.status == .badRequest)
            let erasure = try await ada.send(.delete, "/v1/me?confirm=true")
            #expect(erasure.status == .accepted)
            let receipt = try await client.get("/v1/erasures/\(try erasure.id)")
            #expect(receipt.status == .ok, "the receipt needs no account")
        }
    }

    @Test func nothingIsShownToWhoDoesNotSayWhoTheyAre() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            for path in ["/v1/me", "/v1/chats", "/v1/memories", "/v1/characters", "/v1/catalog", "/v1/models"] {
                let answer = try await client.get(path)
                #expect(answer.status == .unauthorized, "\(path)")
            }
            let bad = try await client.get("/v1/sign-in", headers: [.authorization: "Bearer nonsense"])
            #expect(bad.status == .unauthorized, "a token that is no good is refused even where none is needed")
        }
    }

    @Test func anotherPersonsThingsAreNotThere() async throws {
        let fixture = try GatewayFixture(model: ScriptedLanguageModel { _ in "I see." })
        try await fixture.run { client in
            let (ada, eve) = (try await client.signedUp("Ada"), try await client.signedUp("Eve"))
            let (chat, character) = try await ada.newChat()
            let said = try await ada.post("/v1/chats/\(chat)/messages", ["text": "A secret."])
            let reply = try #require(said["reply"]?.object?["id"]?.string)
            let memory = try await ada.post("/v1/memories", ["text": "Ada has a secret."])
            let memoryID = try #require(memory["memory"]?.object?["id"]?.string)
            let session = try #require(try await ada.get("/v1/sessions")["items"]?.array?.first?.object?["id"]?.string)
            for path in [
                "/v1/chats/\(chat)", "/v1/chats/\(chat)/messages", "/v1/chats/\(chat)/prompt",
                "/v1/chats/\(chat)/export",
                "/v1/characters/\(character)", "/v1/characters/\(character)/card",
                "/v1/characters/\(character)/versions",
                "/v1/messages/\(reply)/events", "/v1/memories/\(memoryID)", "/v1/memories/\(memoryID)/history",
                "/v1/memories/\(memoryID)/sources",
            ] {
                let answer = try await eve.get(path)
                #expect(answer.status == .notFound, "\(path)")
                #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("secret"), "\(path)")
            }
            let changes: [(HTTPRequest.Method, String, JSONValue?)] = [
                (.patch, "/v1/chats/\(chat)", ["title": "Mine"]), (.delete, "/v1/chats/\(chat)", nil),
                (.post, "/v1/chats/\(chat)/messages", ["text": "Hello"]),
                (.post, "/v1/chats/\(chat)/replies", ["kind": "regenerate"]),
                (.post, "/v1/chats/\(chat)/fork", ["message": .string(reply)]), (.post, "/v1/chats/\(chat)/undo", nil),
                (.patch, "/v1/messages/\(reply)", ["text": "Changed"]), (.delete, "/v1/messages/\(reply)", nil),
                (.delete, "/v1/messages/\(reply)/reply", nil),
                (.put, "/v1/characters/\(character)", ["name": "Eve's", "first_mes": "Hello."]),
                (.delete, "/v1/characters/\(character)", nil), (.patch, "/v1/memories/\(memoryID)", ["isPinned": true]),
                (.delete, "/v1/memories/\(memoryID)", nil), (.delete, "/v1/sessions/\(session)", nil),
            ]
            for (method, path, body) in changes {
                let answer = try await eve.send(method, path, body)
                #expect(answer.status == .notFound, "\(method) \(path)")
            }
            let kept = try await ada.get("/v1/chats/\(chat)/messages")
            #expect(kept["items"]?.array?.count == 3)
        }
    }

    @Test func aRepeatedRequestIsAnsweredOnce() async throws {
        let model = ScriptedLanguageModel { _ in "I see." }
        let fixture = try GatewayFixture(model: model)
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let key = try #require(HTTPField.Name("Idempotency-Key"))
            let first = try await ada.post(
                "/v1/characters", ["name": "Luna", "first_mes": "Hello."], headers: [key: "one"])
            let again = try await ada.post(
                "/v1/characters", ["name": "Luna", "first_mes": "Hello."], headers: [key: "one"])
            #expect(first.bytes == again.bytes && again.status == .created)
            #expect(again.headers[try #require(HTTPField.Name("Idempotency-Replayed"))] == "true")
            let other = try await ada.post(
                "/v1/characters", ["name": "Bram", "first_mes": "Hello."], headers: [key: "one"])
            #expect(other.status == .unprocessableContent)
            #expect(try await ada.get("/v1/characters")["items"]?.array?.count == 1)
            let (chat, _) = try await ada.newChat()
            let said = try await ada.post("/v1/chats/\(chat)/messages", ["text": "Hi."], headers: [key: "two"])
            let repeated = try await ada.post("/v1/chats/\(chat)/messages", ["text": "Hi."], headers: [key: "two"])
            #expect(said["reply"] == repeated["reply"])
            #expect(model.calls.count == 1)
        }
    }

    @Test func whoHasSeenAnOlderVersionChangesNothing() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let (_, character) = try await ada.newChat()
            let seen = try await ada.get("/v1/characters/\(character)")
            let tag = try #require(seen.headers[.eTag])
            let first = try await ada.send(
                .put, "/v1/characters/\(character)", ["name": "Luna the second", "first_mes": "Hello."],
                headers: [.ifMatch: tag])
            #expect(first.status == .ok)
            let late = try await ada.send(
                .put, "/v1/characters/\(character)", ["name": "Luna the third", "first_mes": "Hello."],
                headers: [.ifMatch: tag])
            #expect(late.status == .preconditionFailed)
            let now = try await ada.get("/v1/characters/\(character)")
            #expect(now["name"]?.string == "Luna the second")
            let unchanged = try await ada.get(
                "/v1/characters/\(character)", headers: [.ifNoneMatch: try #require(now.headers[.eTag])])
            #expect(unchanged.status == .notModified && unchanged.bytes.isEmpty)
        }
    }

    @Test func framesComeAsServerSentEventsAndAgainFromAnyNumber() async throws {
        let fixture = try GatewayFixture(
            model: ScriptedLanguageModel { _ in .text("One", " two", "\n\nthree") })
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let (chat, _) = try await ada.newChat()
            let stream = try await ada.post(
                "/v1/chats/\(chat)/messages", ["text": "Count."], headers: [.accept: "text/event-stream"])
            #expect(stream.headers[.contentType] == "text/event-stream")
            let frames = try Self.events(stream.bytes)
            #expect(frames.first?["type"]?.string == "started" && frames.last?["type"]?.string == "finished")
            #expect(frames.compactMap { $0["text"]?.string }.joined() == "One two\n\nthree")
            #expect(frames.map { $0["seq"]?.integer } == Array(1...frames.count))
            let reply = try #require(frames.first?["reply"]?.string)
            let again = try await ada.get(
                "/v1/messages/\(reply)/events", headers: [try #require(.init("Last-Event-ID")): "2"])
            let rest = try Self.events(again.bytes)
            #expect(rest == Array(frames.dropFirst(2)))
        }
    }

    static func events(_ bytes: [UInt8]) throws -> [JSONObject] {
        try String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n").compactMap { event in
            let data = event.split(separator: "\n").first { $0.hasPrefix("data: ") }
            return try data.flatMap { try JSONValue(parsing: $0.dropFirst(6)).object }
        }
    }

    @Test func picturesAreKeptByTheirContentAndSharedWhenPublished() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let (ada, eve) = (try await client.signedUp("Ada"), try await client.signedUp("Eve"))
            let (_, character) = try await ada.newChat()
            let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
            let set = try await ada.send(
                .put, "/v1/characters/\(character)/image", headers: [.contentType: "image/png"], bytes: picture)
            let address = try #require(set["image"]?.string)
            let shown = try await ada.get(address)
            #expect(shown.bytes == picture && shown.headers[.contentType] == "image/png")
            #expect(try await eve.get(address).status == .notFound)
            let script = try await ada.send(
                .put, "/v1/characters/\(character)/image", headers: [.contentType: "image/svg+xml"],
                bytes: Array("<svg/>".utf8))
            #expect(script.status == .badRequest)
            let published = try await ada.post("/v1/catalog", ["character": .string(character)])
            #expect(published.status == .created)
            #expect(try await eve.get(address).bytes == picture)
            let entry = try #require(published["entry"]?.object?["id"]?.string)
            let adopted = try await eve.post("/v1/catalog/\(entry)/adopt", [:])
            #expect(adopted["character"]?.object?["image"]?.string == address)
        }
    }

    @Test func keysWorkUntilTheyAreWithdrawn() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let made = try await ada.post("/v1/keys", ["name": "My editor", "days": 30])
            var program = client
            program.token = try #require(made["key"]?.string)
            #expect(try await program.get("/v1/models").status == .ok)
            let session = try #require(made["session"]?.string)
            let sessions = try await ada.get("/v1/sessions")
            #expect(sessions["items"]?.array?.contains { $0.object?["device"]?.string == "My editor" } == true)
            #expect(try await ada.send(.delete, "/v1/sessions/\(session)").status == .noContent)
            #expect(try await program.get("/v1/models").status == .unauthorized)
        }
    }

    @Test func cookiesOfPagesAreOutOfTheReachOfScripts() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let answer = try await client.post(
                "/v1/accounts",
                ["email": "ada@example.org", "password": "correct horse", "name": "Ada", "cookie": true])
            #expect(answer["refreshToken"] == nil)
            let cookie = try #require(answer.headers[.setCookie])
            #expect(
                cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")
                    && cookie.contains("Path=/v1/sessions"))
            let pair = String(cookie.prefix { $0 != ";" })
            let refreshed = try await client.post("/v1/sessions/refresh", [:], headers: [.cookie: pair])
            #expect(refreshed.status == .ok && refreshed["accessToken"] != nil)
            let form = try await client.send(
                .post, "/v1/sessions/refresh", headers: [.cookie: pair, .contentType: "text/plain"],
                bytes: [0x7B, 0x7D])
            #expect(form.status == .unsupportedMediaType, "another page's form can't send JSON")
        }
    }

    @Test func requestsAreLimitedByPersonAndSaySo() async throws {
        let fixture = try GatewayFixture {
            $0.requestLimit = RateLimit("requests", count: 1, per: .seconds(3_600), burst: 3)
        }
        try await fixture.run { client in
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await client.get("/healthz").status.code) }
            #expect(statuses == [200, 200, 200, 429, 429])
            let refused = try await client.get("/healthz")
            #expect(refused.headers[.retryAfter] != nil && refused["code"]?.string == "rateLimited")
            #expect(refused.headers[try #require(.init("RateLimit"))] != nil)
        }
    }

    @Test func otherOriginsAreLetInByNameAlone() async throws {
        let fixture = try GatewayFixture { $0.allowedOrigins = ["https://app.example"] }
        try await fixture.run { client in
            let friend = try await client.send(.options, "/v1/chats", headers: [.origin: "https://app.example"])
            #expect(friend.headers[.accessControlAllowOrigin] == "https://app.example")
            let stranger = try await client.send(.options, "/v1/chats", headers: [.origin: "https://evil.example"])
            #expect(stranger.headers[.accessControlAllowOrigin] == nil)
        }
    }

    @Test func whatIsWrongIsSaidInProblemDetails() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            let unknown = try await ada.get("/v1/nothing")
            #expect(unknown.status == .notFound && unknown.headers[.contentType] == "application/problem+json")
            let method = try await ada.send(.put, "/v1/chats", [:])
            #expect(method.status == .methodNotAllowed && method.headers[.allow]?.contains("POST") == true)
            let broken = try await ada.send(
                .post, "/v1/chats", headers: [.contentType: "application/json"], bytes: Array("{\"a\":".utf8))
            #expect(broken.status == .badRequest && broken["code"]?.string == "invalidInput")
            let missing = try await ada.post("/v1/chats", [:])
            #expect(missing["detail"]?.string?.contains("character") == true)
            let large = try await ada.send(
                .post, "/v1/chats", headers: [.contentType: "application/json"],
                bytes: [UInt8](repeating: 0x20, count: (1 << 20) + 1))
            #expect(large.status == .contentTooLarge)
            let socket = try await ada.get("/v1/socket")
            #expect(socket.status == .upgradeRequired)
            for answer in [unknown, method, broken] {
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer["requestId"]?.string == answer.headers[try #require(.init("X-Request-Id"))])
            }
        }
    }

    @Test func moderatorsAloneSeeTheQueue() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let ada = try await client.signedUp("Ada")
            for path in ["/v1/moderation/queue", "/v1/moderation/records", "/v1/moderation/counters"] {
                #expect(try await ada.get(path).status == .forbidden)
            }
            let id = try #require(User.ID(try await ada.get("/v1/me").id))
            _ = try await fixture.companion.accounts.setRole(.moderator, of: id, by: nil)
            let signedIn = try await client.post(
                "/v1/sessions", ["email": "ada@example.org", "password": "correct horse"])
            var moderator = client
            moderator.token = signedIn["accessToken"]?.string
            #expect(try await moderator.get("/v1/moderation/queue").status == .ok)
        }
    }

    @Test func addressesAreVerifiedWhereThereIsAMailer() async throws {
        let mailer = RecordingMailer()
        let fixture = try GatewayFixture(mailer: mailer)
        try await fixture.run { client in
            let account: JSONValue = ["email": "ada@example.org", "password": "correct horse", "name": "Ada"]
            let first = try await client.post("/v1/accounts", account)
            #expect(first.status == .accepted && first["accessToken"] == nil)
            let signIn: JSONValue = ["email": "ada@example.org", "password": "correct horse"]
            #expect(try await client.post("/v1/sessions", signIn).status == .forbidden)
            #expect(mailer.mails.isEmpty)
            try await fixture.companion.jobs.workDue()
            let token = try #require(mailer.token(.verification))
            #expect(try await client.post("/v1/accounts/verify", ["token": .string(token)]).status == .noContent)
            #expect(try await client.post("/v1/sessions", signIn).status == .created)
            let again = try await client.post("/v1/accounts", account)
            #expect(again.status == first.status && again.bytes == first.bytes, "nobody learns whose address it is")
            try await fixture.companion.jobs.workDue()
            #expect(mailer.mails.map(\.kind) == [.verification, .alreadyRegistered])
        }
    }

    @Test func aForgottenPasswordIsSetAnewByMail() async throws {
        let mailer = RecordingMailer()
        let fixture = try GatewayFixture(mailer: mailer)
        try await fixture.run { client in
            let offered = try await client.get("/v1/sign-in")
            #expect(offered["mail"] == .bool(true))
            let account: JSONValue = ["email": "ada@example.org", "password": "correct horse", "name": "Ada"]
            _ = try await client.post("/v1/accounts", account)
            for address in ["ada@example.org", "nobody@example.org"] {
                let answer = try await client.post("/v1/password-resets", ["email": .string(address)])
                #expect(answer.status == .accepted && answer.bytes.isEmpty)
            }
            try await fixture.companion.jobs.workDue()
            let token = try #require(mailer.token(.passwordReset))
            #expect(mailer.mails.allSatisfy { $0.address == "ada@example.org" })
            let reset: JSONValue = ["token": .string(token), "password": "battery staple"]
            #expect(try await client.post("/v1/password-resets/confirm", reset).status == .noContent)
            #expect(try await client.post("/v1/password-resets/confirm", reset).status == .unauthorized)
            let signIn: JSONValue = ["email": "ada@example.org", "password": "battery staple"]
            #expect(try await client.post("/v1/sessions", signIn).status == .created)
        }
    }

    @Test func withoutAMailerNoMailIsOffered() async throws {
        let fixture = try GatewayFixture()
        try await fixture.run { client in
            let offered = try await client.get("/v1/sign-in")
            #expect(offered["mail"] == .bool(false))
            #expect(
                try await client.post("/v1/password-resets", ["email": "ada@example.org"]).status == .notImplemented)
        }
    }

    @Test func whatIsAwayIsNamed() async throws {
        final class World: Sendable {
            let isThere = Mutex(["database": true, "blobs": true])
            let isFast = Mutex(true)
        }
        let world = World()
        func check(_ name: String, isRequired: Bool) -> HealthCheck {
            HealthCheck(name, isRequired: isRequired) {
                guard world.isThere.withLock({ $0[name] == true }) else {
                    throw CompanionError(.unavailable, "It is away.")
                }
                if world.isFast.withLock({ !$0 }) { try await Task.sleep(for: .seconds(1_000_000)) }
            }
        }
        let checks = [check("database", isRequired: true), check("blobs", isRequired: false)]
        func answer(_ limit: Duration = .seconds(60)) async throws -> GatewayFixture.Client.Answer {
            let fixture = try GatewayFixture(health: HealthChecks(checks, limit: limit))
            return try await fixture.run { try await $0.get("/readyz") }
        }
        let whole = try await answer()
        #expect(whole["status"] == "ok" && whole["away"] == nil)
        world.isThere.withLock { $0["blobs"] = false }
        let degraded = try await answer()
        #expect(degraded.status == .ok)
        #expect(degraded["status"] == "degraded" && degraded["away"] == ["blobs"])
        world.isThere.withLock { $0["database"] = false }
        let away = try await answer()
        #expect(away.status == .serviceUnavailable)
        #expect(away["detail"] == "Away: database, blobs.")
        // Who does not answer is away too.
        world.isThere.withLock { $0 = ["database": true, "blobs": true] }
        world.isFast.withLock { $0 = false }
        let silent = try await answer(.milliseconds(1))
        #expect(silent["detail"] == "Away: database, blobs.")
    }

    @Test func aServerWithTLSMarksItsCookies() async throws {
        for (scheme, isSecure) in [("https://host.example", true), ("http://host.example", false)] {
            let fixture = try GatewayFixture { $0.publicURL = scheme }
            try await fixture.run { client in
                let answer = try await client.post(
                    "/v1/accounts",
                    ["email": "ada@example.org", "password": "correct horse", "name": "Ada", "cookie": true])
                #expect(answer.headers[.setCookie]?.contains("; Secure") == isSecure)
                #expect((answer.headers[.strictTransportSecurity] != nil) == isSecure)
            }
        }
    }
}
