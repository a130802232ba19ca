internal import CompanionCore
internal import CompanionGateway
internal import CompanionObservability
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What those see who run the server: how it is, and its metrics. On a port of its own, so that nobody else sees it.
struct AdminRoutes: Sendable {
    let health: HealthChecks
    /// Nil serves no metrics.
    let metrics: PrometheusMetrics?
    let gateway: CompanionGateway?

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/healthz") { _, _ in Self.answer(.ok, "application/json", #"{"status":"ok"}"#) }
        router.get("/readyz") { _, _ in
            let report = await health.report()
            return Self.answer(
                report.isReady ? .ok : .serviceUnavailable, "application/json", report.json.serialized())
        }
        if let metrics {
            router.get("/metrics") { _, _ in
                var text = metrics.text() + ProcessMetrics.text()
                if let gateway {
                    text +=
                        "# TYPE companion_running_replies gauge\ncompanion_running_replies \(gateway.runningReplies)\n"
                }
                return Self.answer(.ok, PrometheusMetrics.contentType, text)
            }
        }
        return router
    }

    private static func answer(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
