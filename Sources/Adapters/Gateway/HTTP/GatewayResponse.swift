internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// What a route's handler answers.
struct GatewayResponse: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields
    var body: ResponseBody
    /// The bytes of the body where they are at hand; such an answer can be kept and given again.
    var bytes: [UInt8]?

    init(_ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: ResponseBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    init(_ status: HTTPResponse.Status = .ok, bytes: [UInt8], type: String, headers: HTTPFields = [:]) {
        self.init(status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        self.headers[.contentType] = type
        self.bytes = bytes
    }

    static func json(
        _ value: JSONValue, _ status: HTTPResponse.Status = .ok, tag: String? = nil, type: String = "application/json"
    ) -> GatewayResponse {
        var response = GatewayResponse(status, bytes: value.serializedBytes(), type: type)
        if let tag { response.headers[.eTag] = "\"\(tag)\"" }
        return response
    }

    static func list<Element>(
        _ elements: [Element], limit: Int, next: (Element) -> String, _ json: (Element) -> JSONValue
    ) -> GatewayResponse {
        .json(
            .members([
                "items": .list(elements, json),
                "next": elements.count == limit ? elements.last.map { .string(next($0)) } ?? .null : .null,
            ]))
    }

    static let nothing = GatewayResponse(.noContent, body: .init())

    var response: Response { Response(status: status, headers: headers, body: body) }
}
