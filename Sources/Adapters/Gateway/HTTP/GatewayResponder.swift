internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
public import HummingbirdCore
internal import Logging
internal import NIOCore

/// What is the same for all routes: who asks, how often, how much, and how errors are told.
struct GatewayResponder: Sendable {
    let gateway: CompanionGateway
    let route: GatewayRoute

    func respond(to request: Request, context: GatewayRequestContext) async -> Response {
        let id = Self.requestID(request, context)
        var headers = HTTPFields()
        var response: Response
        do {
            let answer = try await answer(request, context, id: id, headers: &headers)
            response = answer.response
        } catch {
            response = Self.response(Problem(error), id: id)
            if response.status.kind == .serverError {
                context.logger.error(
                    "\(route.name) failed.", metadata: ["request": "\(id)", "error": "\(Self.loggable(error))"])
            }
        }
        for field in headers { response.headers[field.name] = field.value }
        Self.secure(&response.headers, id: id)
        response = gateway.secured(response, for: request, context)
        gateway.addCORS(to: &response.headers, for: request)
        if request.method == .head { response = response.createHeadResponse() }
        return response
    }

    private func answer(
        _ request: Request, _ context: GatewayRequestContext, id: String, headers: inout HTTPFields
    ) async throws -> GatewayResponse {
        let claims = try await gateway.claims(of: request.headers)
        let peer = context.remoteAddress?.ipAddress ?? "local"
        let origin = gateway.proxies.origin(of: peer, request.headers)
        try await gateway.limit(claims.map { .user($0.user) } ?? .named("origin/\(origin)"), &headers)
        let isSecure = gateway.isSecure(request, context)
        let base =
            gateway.configuration.publicURL
            ?? "\(isSecure ? "https" : "http")://\(request.head.authority ?? "localhost")"
        var read = GatewayRequest(
            method: request.method, path: request.uri.path, headers: request.headers,
            parameters: Dictionary(
                context.parameters.map { (String($0.key), String($0.value)) }, uniquingKeysWith: { first, _ in first }),
            query: QueryItems(request.uri.query), body: [], claims: claims, origin: origin, base: base,
            isSecure: isSecure, id: id, logger: context.logger)
        switch route.access {
        case .anyone: break
        case .person: _ = try read.person
        case .moderator: try read.person.require(.moderator)
        }
        read.body = try await body(of: request)
        if route.method == .post, !route.ignoresIdempotencyKey, let cache = gateway.cache,
            let key = request.headers[.idempotencyKey], let claims
        {
            return try await Idempotency(cache: cache, user: claims.user, key: key, request: read).once {
                try await route.handle(gateway, read)
            }
        }
        let answer = try await route.handle(gateway, read)
        if let tag = answer.headers[.eTag], request.method == .get,
            request.headers[.ifNoneMatch]?.split(separator: ",").contains(where: { $0.filter { $0 != " " } == tag })
                == true
        {
            return GatewayResponse(.notModified, headers: [.eTag: tag], body: .init())
        }
        return answer
    }

    private func body(of request: Request) async throws -> [UInt8] {
        let maximum = route.body.maximumBytes
        guard maximum > 0 else { return [] }
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() ?? ""
        let length = request.headers[.contentLength].flatMap(Int.init)
        guard length ?? 0 <= maximum else { throw Self.tooLarge(maximum) }
        var bytes: [UInt8] = []
        if let length { bytes.reserveCapacity(length) }
        for try await var chunk in request.body {
            guard bytes.count + chunk.readableBytes <= maximum else { throw Self.tooLarge(maximum) }
            bytes += chunk.readBytes(length: chunk.readableBytes) ?? []
        }
        if !bytes.isEmpty {
            let types: [String] =
                switch route.body {
                case .none, .json: ["application/json"]
                case .file(let types, _): types
                }
            // A page of another origin can send forms, but not these types without being asked.
            guard types.contains(type) || types.contains(where: { $0.hasSuffix("/*") && type.hasPrefix($0.dropLast()) })
            else {
                throw ProblemError(
                    .unsupportedMediaType, "invalidInput",
                    "The body must be \(types.joined(separator: ", ")), and Content-Type must say so.")
            }
        }
        return bytes
    }

    private static func tooLarge(_ maximum: Int) -> ProblemError {
        ProblemError(.contentTooLarge, "limitExceeded", "The body is larger than \(maximum) bytes.")
    }

    static func response(_ problem: Problem, id: String) -> Response {
        var response = GatewayResponse.json(
            problem.json(requestID: id), problem.status, type: "application/problem+json"
        ).response
        if let retryAfter = problem.retryAfter { response.headers[.retryAfter] = String(Int(retryAfter.rounded(.up))) }
        if problem.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        secure(&response.headers, id: id)
        return response
    }

    private static func requestID(_ request: Request, _ context: GatewayRequestContext) -> String {
        if let id = request.headers[.requestID], (1...128).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 })
        {
            return id
        }
        return context.id
    }

    /// What may stand in a log: of errors that are not ours only their type.
    private static func loggable(_ error: any Error) -> String {
        switch error {
        case let error as CompanionError: "\(error)"
        case let error as ProblemError: error.problem.code
        default: "\(type(of: error))"
        }
    }

    private static func secure(_ headers: inout HTTPFields, id: String) {
        headers[.requestID] = id
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        if headers[.contentSecurityPolicy] == nil {
            headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        }
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id")!
    static let idempotencyKey = Self("Idempotency-Key")!
    static let idempotencyReplayed = Self("Idempotency-Replayed")!
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let lastEventID = Self("Last-Event-ID")!
}

extension CompanionGateway {
    /// Whether the person came by TLS, to us or to a proxy before us.
    func isSecure(_ request: Request, _ context: GatewayRequestContext) -> Bool {
        configuration.publicURL.map { $0.hasPrefix("https:") }
            ?? (request.head.scheme == "https"
                || proxies.isSecure(context.remoteAddress?.ipAddress ?? "local", request.headers))
    }

    /// Has browsers that came by TLS never come without again, for a year; but of this machine's own names, which other programs
    /// have too.
    public func secured(_ response: Response, for request: Request, _ context: GatewayRequestContext) -> Response {
        let host = configuration.publicURL.map { $0.dropFirst(8) } ?? request.head.authority?[...] ?? ""
        guard host.prefix(while: { $0 != ":" }) != "localhost", isSecure(request, context) else { return response }
        var response = response
        response.headers[.strictTransportSecurity] = "max-age=31536000"
        return response
    }

    /// Who a request says it comes from; nil where it does not say.
    func claims(of headers: HTTPFields) async throws -> AccessClaims? {
        guard let field = headers[.authorization] else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw CompanionError(.unauthenticated, "The Authorization header must be `Bearer` and a token.")
        }
        return try await companion.accounts.authenticate(String(parts[1]))
    }

    func limit(_ subject: RateLimitSubject, _ headers: inout HTTPFields) async throws {
        guard let limit = configuration.requestLimit, let rateLimiter else { return }
        let decision: RateLimitDecision
        do {
            decision = try await rateLimiter.take(1, for: subject, within: [limit])
        } catch let error as CompanionError {
            // Without its limiter the gateway still serves; the limits of turns are elsewhere.
            logger.warning("Requests are not limited: the rate limiter is away.", metadata: ["error": "\(error)"])
            return
        }
        if let state = decision.states.first {
            headers[.rateLimitPolicy] = "\"\(limit.name)\";q=\(limit.burst);w=\(Int(limit.period / .seconds(1)))"
            headers[.rateLimit] =
                "\"\(limit.name)\";r=\(state.remaining);t=\(Int((state.resetAfter / .seconds(1)).rounded(.up)))"
        }
        guard decision.isAllowed else {
            throw CompanionError(
                .rateLimited, "Too many requests: slow down.", retry: .after(decision.retryAfter ?? .seconds(1)))
        }
    }

    /// Lets pages of the allowed origins read answers.
    func addCORS(to headers: inout HTTPFields, for request: Request) {
        guard let origin = request.headers[.origin], configuration.allowedOrigins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.vary] = "Origin"
        headers[.accessControlExposeHeaders] = "ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"
    }

    /// What a browser asks before it sends a request from another origin.
    func preflight(_ request: Request, methods: [String]) -> Response {
        var headers = HTTPFields()
        addCORS(to: &headers, for: request)
        if headers[.accessControlAllowOrigin] != nil {
            headers[.accessControlAllowMethods] = methods.joined(separator: ", ")
            headers[.accessControlAllowHeaders] =
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id"
            headers[.accessControlMaxAge] = "600"
        }
        headers[.allow] = methods.joined(separator: ", ")
        return Response(status: .noContent, headers: headers)
    }
}
