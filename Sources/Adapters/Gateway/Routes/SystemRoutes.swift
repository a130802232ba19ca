internal import CompanionCore
internal import HTTPTypes
internal import HummingbirdCore

/// For those who run the system, and for programs that read the document.
enum SystemRoutes {
    static let all: [GatewayRoute] = [
        .get("/healthz", "health", "Whether the process is there.", access: .anyone, answer: .json("Health")) { _, _ in
            .json(["status": "ok"])
        },
        .get(
            "/readyz", "readiness",
            "Whether requests can be served: 503 while it starts or stops, or what it can't be without is away.",
            access: .anyone, answer: .json("Health")
        ) { gateway, _ in
            guard gateway.replies.hub.isReady else {
                throw CompanionError(.unavailable, "The server is starting or stopping.")
            }
            let report = await gateway.health.report()
            guard report.isReady else { throw CompanionError(.unavailable, report.description) }
            return .json(report.json)
        },
        .get(
            "/openapi.json", "openAPI", "This document.", access: .anyone, answer: .file("application/json")
        ) { _, _ in
            var response = GatewayResponse(bytes: OpenAPIDocument.bytes, type: "application/json")
            response.headers[.cacheControl] = "no-cache"
            return response
        },
    ]
}
