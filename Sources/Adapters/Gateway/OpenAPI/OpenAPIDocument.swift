internal import CompanionCore
internal import HTTPTypes

/// The document at `/openapi.json`, made of the routes themselves.
enum OpenAPIDocument {
    static let bytes = json.serializedBytes(pretty: true)

    static var json: JSONValue {
        var paths: JSONObject = [:]
        for route in GatewayRoutes.all {
            var operations = paths[route.path]?.object ?? [:]
            operations[route.method.rawValue.lowercased()] = operation(route)
            paths[route.path] = .object(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Companion", "version": "1",
                "description":
                    "Characters who remember the people they talk to. The frames of replies and the WebSocket at /v1/socket are described in the guide.",
            ],
            "paths": .object(paths),
            "components": [
                "schemas": OpenAPIComponents.json,
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
                "responses": [
                    "Problem": [
                        "description": "What went wrong, and what to do.",
                        "content": ["application/problem+json": ["schema": OpenAPIComponents.schema("Problem")]],
                    ]
                ],
            ],
        ]
    }

    private static func operation(_ route: GatewayRoute) -> JSONValue {
        var operation: JSONObject = [
            "operationId": .string(route.name), "summary": .string(route.summary), "tags": [.string(route.tag)],
            "responses": .object(responses(route)),
        ]
        if route.access != .anyone { operation["security"] = [["bearer": []]] }
        let parameters = pathParameters(route) + route.query.map(parameter)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = body(route.body) { operation["requestBody"] = body }
        return .object(operation)
    }

    private static func pathParameters(_ route: GatewayRoute) -> [JSONValue] {
        route.path.split(separator: "/").filter { $0.first == "{" }.map { part in
            [
                "name": .string(String(part.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": ["type": "string"],
            ]
        }
    }

    private static func parameter(_ query: GatewayRoute.Query) -> JSONValue {
        [
            "name": .string(query.name), "in": "query", "description": .string(query.summary),
            "schema": ["type": .string(query.type)],
        ]
    }

    private static func body(_ body: GatewayRoute.Body) -> JSONValue? {
        switch body {
        case .none: nil
        case .json(let name): ["content": ["application/json": ["schema": OpenAPIComponents.schema(name)]]]
        case .file(let types, _):
            [
                "content": .object(
                    types.reduce(into: [:]) {
                        $0[$1] = ["schema": $1 == "application/json" ? ["type": "object"] : [:]]
                    })
            ]
        }
    }

    private static func responses(_ route: GatewayRoute) -> JSONObject {
        var answer: JSONObject = ["description": .string(route.status.reasonPhrase)]
        switch route.answer {
        case .nothing: break
        case .json(let name):
            answer["content"] = ["application/json": ["schema": OpenAPIComponents.schema(name)]]
        case .list(let name):
            answer["content"] = [
                "application/json": [
                    "schema": [
                        "type": "object",
                        "properties": ["items": OpenAPIComponents.schema("[\(name)]"), "next": ["type": "string"]],
                        "required": ["items"],
                    ]
                ]
            ]
        case .file(let type): answer["content"] = .object([type: [:]])
        case .redirect: break
        }
        let status = if case .redirect = route.answer { "303" } else { "\(route.status.code)" }
        return [status: .object(answer), "default": ["$ref": "#/components/responses/Problem"]]
    }
}
