import CompanionCore
import HTTPTypes
import Testing

@testable import CompanionGateway

/// The document and the routes are one.
@Suite struct OpenAPITests {
    private let document = OpenAPIDocument.json

    @Test func everyRouteIsInItOnceUnderANameOfItsOwn() throws {
        let names = GatewayRoutes.all.map(\.name)
        #expect(Set(names).count == names.count)
        let places = GatewayRoutes.all.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(places).count == places.count)
        let paths = try #require(document.object?["paths"]?.object)
        for route in GatewayRoutes.all {
            let operation = paths[route.path]?.object?[route.method.rawValue.lowercased()]?.object
            #expect(operation?["operationId"]?.string == route.name)
            let parameters = operation?["parameters"]?.array?.compactMap { $0.object } ?? []
            let inPath = parameters.filter { $0["in"]?.string == "path" }.compactMap { $0["name"]?.string }
            let wanted = route.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                String($0.dropFirst().dropLast())
            }
            #expect(inPath == wanted)
        }
        #expect(paths.count == Set(GatewayRoutes.all.map(\.path)).count)
    }

    @Test func everyReferenceLeadsSomewhereAndNothingIsLeftOver() throws {
        var references: Set<String> = []
        func collect(_ value: JSONValue) {
            switch value {
            case .object(let object):
                for (key, value) in object {
                    if key == "$ref", let text = value.string { references.insert(text) } else { collect(value) }
                }
            case .array(let values): values.forEach(collect)
            default: break
            }
        }
        collect(document)
        let components = try #require(document.object?["components"]?.object)
        for reference in references {
            let parts = reference.split(separator: "/").map(String.init)
            #expect(components[parts[2]]?.object?[parts[3]] != nil, "\(reference) leads nowhere")
        }
        for name in components["schemas"]?.object?.keys ?? [] {
            #expect(references.contains("#/components/schemas/\(name)"), "nothing uses \(name)")
        }
    }
}
