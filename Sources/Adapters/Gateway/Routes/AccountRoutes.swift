internal import CompanionCore
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging

/// Signing up and in, and the sessions.
enum AccountRoutes {
    static let all: [GatewayRoute] = [
        .get(
            "/v1/sign-in", "signInOptions", "What is offered to sign in with.", access: .anyone,
            answer: .json("SignInOptions")
        ) { gateway, _ in
            .json(
                .members([
                    "password": .bool(gateway.companion.accounts.acceptsPasswords),
                    "providers": .list(gateway.configuration.identityProviders) { .string($0.name) },
                    "mail": .bool(gateway.companion.accounts.sendsMail),
                    "signUp": .bool(
                        gateway.configuration.allowsSignUp && gateway.companion.accounts.acceptsPasswords),
                ]))
        },
        .post(
            "/v1/accounts", "signUp", "Makes an account.", access: .anyone, body: .json("SignUp"), status: .created,
            answer: .json("SignedIn")
        ) { try await $0.signUp($1) },
        .post(
            "/v1/accounts/verify", "verifyAddress", "Takes the token that was sent to an address.", access: .anyone,
            body: .json("Token"), status: .noContent, answer: .nothing
        ) { gateway, request in
            _ = try await gateway.companion.accounts.verifyEmail(try request.object().string("token"))
            return .nothing
        },
        .post(
            "/v1/sessions", "signIn", "Signs in with a password.", access: .anyone, body: .json("SignIn"),
            status: .created, answer: .json("SignedIn")
        ) { gateway, request in
            let body = try request.object()
            let signedIn = try await gateway.companion.accounts.signIn(
                email: body.string("email"), password: body.string("password"),
                device: body.optionalString("device") ?? request.device, origin: request.origin)
            return gateway.answer(signedIn, request, .created, cookie: try body.optionalBool("cookie") ?? false)
        },
        .post(
            "/v1/sessions/refresh", "refresh", "Exchanges a refresh token for the next one.", access: .anyone,
            body: .json("Refresh"), answer: .json("SignedIn")
        ) { gateway, request in
            let given = try request.object().optionalString("refreshToken")
            guard let token = given ?? request.cookie(RefreshCookie.name) else {
                throw CompanionError(.unauthenticated, "There is no refresh token: sign in.")
            }
            do {
                let signedIn = try await gateway.companion.accounts.refresh(token)
                return gateway.answer(signedIn, request, .ok, cookie: given == nil)
            } catch let error as CompanionError where error.code == .unauthenticated && given == nil {
                var response = GatewayResponder.response(Problem(error), id: request.id)
                response.headers[.setCookie] = RefreshCookie.removal(request)
                return GatewayResponse(response.status, headers: response.headers, body: response.body)
            }
        },
        .get("/v1/sessions", "sessions", "Where the person is signed in.", answer: .list("Session")) {
            gateway, request in
            let person = try request.person
            let sessions = try await gateway.companion.accounts.sessions(of: person.user)
            return .json(["items": .list(sessions) { $0.json(current: person.session) }])
        },
        .change(
            .delete, "/v1/sessions", "signOutElsewhere", "Ends all other sessions.", answer: .json("Count")
        ) { gateway, request in
            let person = try request.person
            let count = try await gateway.companion.accounts.signOutEverywhere(person.user, except: person.session)
            return .json(["count": .int(count)])
        },
        .change(
            .delete, "/v1/sessions/{id}", "signOut", "Ends a session; `current` is the request's own.",
            status: .noContent, answer: .nothing
        ) { gateway, request in
            let person = try request.person
            let isCurrent = request.parameters["id"] == "current"
            let id = isCurrent ? person.session : try request.id(of: Session.self)
            guard try await gateway.companion.accounts.signOut(id, of: person.user) || isCurrent else {
                throw CompanionError(.notFound, "There is no such session.")
            }
            var response = GatewayResponse.nothing
            if id == person.session { response.headers[.setCookie] = RefreshCookie.removal(request) }
            return response
        },
        .post(
            "/v1/keys", "makeKey", "Makes a key for programs; it is shown once.", body: .json("NewKey"),
            status: .created, answer: .json("Key"), ignoresIdempotencyKey: true
        ) { gateway, request in
            let body = try request.object()
            let days = try body.optionalInt("days") ?? 90
            guard (1...366).contains(days) else { throw CompanionError(.invalidInput, "`days` is 1 to 366.") }
            let key = try await gateway.companion.accounts.makeKey(
                named: body.string("name"), for: request.user, lifetime: .seconds(days * 86_400))
            return .json(
                .members([
                    "key": .string(key.accessToken), "session": .id(key.session),
                    "expiresAt": .time(key.expiresAt),
                ]), .created)
        },
        .post(
            "/v1/password-resets", "requestPasswordReset", "Has a token for a new password sent.", access: .anyone,
            body: .json("Address"), status: .accepted, answer: .nothing
        ) { gateway, request in
            guard gateway.companion.accounts.sendsMail else {
                throw CompanionError(.unsupported, "This server sends no mail: ask who runs it for a new password.")
            }
            try await gateway.companion.accounts.sendPasswordReset(
                email: request.object().string("email"), origin: request.origin)
            return GatewayResponse(.accepted, body: .init())
        },
        .post(
            "/v1/password-resets/confirm", "resetPassword", "Sets a new password; ends all sessions.", access: .anyone,
            body: .json("NewPassword"), status: .noContent, answer: .nothing
        ) { gateway, request in
            let body = try request.object()
            try await gateway.companion.accounts.resetPassword(body.string("token"), to: body.string("password"))
            return .nothing
        },
        .get(
            "/v1/sign-in/{provider}", "beginSignIn", "Redirects to an identity provider.", access: .anyone,
            answer: .redirect
        ) { gateway, request in
            let provider = try gateway.provider(of: request)
            do {
                let pending = try await gateway.companion.accounts.beginIdentity(
                    provider, redirectURI: gateway.callback(provider, request))
                return GatewayResponse(
                    .found, headers: [.location: pending.url, .setCookie: StateCookie.text(pending.state, request)],
                    body: .init())
            } catch let error as CompanionError {
                // The person looks at a page, which says what went wrong.
                request.log(error, of: provider)
                return gateway.failedSignIn("\(error.code)")
            }
        },
        .get(
            "/v1/sign-in/{provider}/callback", "endSignIn", "Where an identity provider sends the browser back to.",
            access: .anyone, answer: .redirect
        ) { gateway, request in
            try await gateway.endSignIn(request, request.query)
        },
        .post(
            "/v1/sign-in/{provider}/callback", "endSignInByForm", "The same, of providers that send a form.",
            access: .anyone, body: .file(types: ["application/x-www-form-urlencoded"], maximumBytes: 16_384),
            answer: .redirect
        ) { gateway, request in
            try await gateway.endSignIn(request, QueryItems(String(decoding: request.body, as: UTF8.self)))
        },
    ]
}

extension CompanionGateway {
    fileprivate func signUp(_ request: GatewayRequest) async throws -> GatewayResponse {
        guard configuration.allowsSignUp else {
            throw CompanionError(.forbidden, "This server takes no new people by itself: ask who runs it.")
        }
        let body = try request.object()
        let (email, password, name) = (try body.string("email"), try body.string("password"), try body.string("name"))
        if companion.accounts.sendsMail {
            try await companion.accounts.signUpByMail(
                email: email, password: password, name: name, origin: request.origin)
            return .json(["status": "verify"], .accepted)
        }
        let result = try await companion.accounts.signUp(
            email: email, password: password, name: name, origin: request.origin)
        guard case .verify(let token) = result else {
            throw CompanionError(.conflict, "There is an account of this address: sign in.")
        }
        // One's own machine: nobody else could have the address.
        if companion.accounts.requiresVerifiedAddress { _ = try await companion.accounts.verifyEmail(token) }
        let signedIn = try await companion.accounts.signIn(
            email: email, password: password, device: request.device, origin: request.origin)
        return answer(signedIn, request, .created, cookie: try body.optionalBool("cookie") ?? false)
    }

    fileprivate func answer(
        _ signedIn: SignedIn, _ request: GatewayRequest, _ status: HTTPResponse.Status, cookie: Bool
    ) -> GatewayResponse {
        var response = GatewayResponse.json(signedIn.json(withRefreshToken: !cookie), status)
        if cookie {
            response.headers[.setCookie] = RefreshCookie.text(
                signedIn.refreshToken, request, lifetime: Int(companion.accounts.sessionLifetime / .seconds(1)))
        }
        return response
    }

    fileprivate func provider(of request: GatewayRequest) throws -> IdentityProvider {
        let provider = IdentityProvider(request.parameters["provider"] ?? "")
        guard configuration.identityProviders.contains(provider) else {
            throw CompanionError(.notFound, "Nobody can sign in there.")
        }
        return provider
    }

    fileprivate func callback(_ provider: IdentityProvider, _ request: GatewayRequest) -> String {
        "\(request.base)/v1/sign-in/\(provider.name)/callback"
    }

    fileprivate func endSignIn(_ request: GatewayRequest, _ answer: QueryItems) async throws -> GatewayResponse {
        let provider = try provider(of: request)
        do {
            let signedIn = try await companion.accounts.completeIdentity(
                IdentityCallback(state: answer["state"] ?? "", code: answer["code"], user: answer["user"]),
                state: request.cookie(StateCookie.name) ?? "", device: request.device)
            var response = GatewayResponse(
                .seeOther, headers: [.location: configuration.pageAfterSignIn], body: .init())
            response.headers.append(
                .init(
                    name: .setCookie,
                    value: RefreshCookie.text(
                        signedIn.refreshToken, request, lifetime: Int(companion.accounts.sessionLifetime / .seconds(1)))
                ))
            response.headers.append(.init(name: .setCookie, value: StateCookie.removal(request)))
            return response
        } catch let error as CompanionError {
            // Who went there and came back without a code has turned round, or was turned away.
            let isLeft = error.code == .forbidden && answer["code"] == nil
            if !isLeft { request.log(error, of: provider) }
            var response = failedSignIn(isLeft ? "cancelled" : "\(error.code)")
            response.headers[.setCookie] = StateCookie.removal(request)
            return response
        }
    }

    /// Back to the page, which says what went wrong.
    fileprivate func failedSignIn(_ reason: String) -> GatewayResponse {
        let page = configuration.pageAfterSignIn
        return GatewayResponse(
            .seeOther, headers: [.location: "\(page)\(page.contains("?") ? "&" : "?")signInError=\(reason)"],
            body: .init())
    }
}

extension GatewayRequest {
    /// The page tells the person little; who runs the server sees the rest.
    fileprivate func log(_ error: CompanionError, of provider: IdentityProvider) {
        logger.notice(
            "A sign-in at \(provider) did not work.", metadata: ["request": "\(id)", "error": "\(error)"])
    }
}

extension GatewayRequest {
    /// What the person recognises a session by.
    var device: String {
        let agent = headers[.userAgent] ?? ""
        let line = agent.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }
        return String(String.UnicodeScalarView(line)).prefix(128).description
    }
}

/// Keeps a page's refresh token where no script can read it.
enum RefreshCookie {
    static let name = "companion_refresh"

    static func text(_ token: String, _ request: GatewayRequest, lifetime: Int) -> String {
        "\(name)=\(token); Path=/v1/sessions; Max-Age=\(lifetime); HttpOnly; SameSite=Strict\(request.isSecure ? "; Secure" : "")"
    }

    static func removal(_ request: GatewayRequest) -> String { text("", request, lifetime: 0) }
}

/// Ties a sign-in at a provider to the browser that began it.
enum StateCookie {
    static let name = "companion_state"

    /// A provider that answers by a form does so from its own page, which is another site: only `SameSite=None` comes along,
    /// and that needs TLS.
    static func text(_ state: String, _ request: GatewayRequest, lifetime: Int = 600) -> String {
        let site = request.isSecure ? "SameSite=None; Secure" : "SameSite=Lax"
        return "\(name)=\(state); Path=/v1/sign-in; Max-Age=\(lifetime); HttpOnly; \(site)"
    }

    static func removal(_ request: GatewayRequest) -> String { text("", request, lifetime: 0) }
}
