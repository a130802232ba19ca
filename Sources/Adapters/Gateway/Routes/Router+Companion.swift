internal import HTTPTypes
public import Hummingbird
internal import HummingbirdCore

extension RouterMethods where Context == GatewayRequestContext {
    /// Mounts everything that the gateway offers: `/v1/…`, `/openapi.json`, `/healthz` and `/readyz`.
    ///
    /// WebSocket needs the gateway's own server besides: ``CompanionGateway/httpServer(idleTimeout:isSecure:)``.
    public func addCompanionRoutes(_ gateway: CompanionGateway) {
        var methods: [String: [String]] = [:]
        for route in GatewayRoutes.all {
            let responder = GatewayResponder(gateway: gateway, route: route)
            on(RouterPath(route.routerPath), method: route.method) { await responder.respond(to: $0, context: $1) }
            methods[route.routerPath, default: []].append(route.method.rawValue)
            if route.method == .get {
                on(RouterPath(route.routerPath), method: .head) { await responder.respond(to: $0, context: $1) }
                methods[route.routerPath]?.append("HEAD")
            }
        }
        // What is not there says so as everything else here does.
        let all = [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete]
        for (path, methods) in methods {
            on(RouterPath(path), method: .options) { request, _ in gateway.preflight(request, methods: methods) }
            for method in all where !methods.contains(method.rawValue) && path != SocketRoute.path {
                on(RouterPath(path), method: method) { request, context in
                    var response = GatewayResponder.response(
                        Problem(
                            .methodNotAllowed, "unsupported",
                            "\(request.uri.path) takes \(methods.joined(separator: ", "))."),
                        id: context.id)
                    response.headers[.allow] = methods.joined(separator: ", ")
                    return response
                }
            }
        }
        for method in all {
            on("/v1/**", method: method) { request, context in
                GatewayResponder.response(
                    Problem(.notFound, "notFound", "There is no \(request.method.rawValue) \(request.uri.path)."),
                    id: context.id)
            }
        }
        on(RouterPath(SocketRoute.path), method: .get) { _, context in
            var response = GatewayResponder.response(
                Problem(
                    .upgradeRequired, "invalidInput",
                    "This is for WebSocket, as the first request of a connection, from this origin or an allowed one."),
                id: context.id)
            response.headers[.upgrade] = "websocket"
            return response
        }
    }
}

/// All routes.
enum GatewayRoutes {
    static let all: [GatewayRoute] =
        AccountRoutes.all + PersonRoutes.all + CharacterRoutes.all + CatalogRoutes.all + ChatRoutes.all
        + ReplyRoutes.all + MemoryRoutes.all + SpeechRoutes.all + ModelRoutes.all + SystemRoutes.all
}

extension GatewayRoute {
    /// As the router wants it.
    var routerPath: String { path }
}

enum SocketRoute {
    static let path = "/v1/socket"
}
