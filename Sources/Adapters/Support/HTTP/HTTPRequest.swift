/// A request with a body in memory, so that it can be sent again.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package var method: Method
    package var url: String
    package var headers: HTTPHeaderFields
    package var body: [UInt8]?

    package init(
        _ method: Method, _ url: String, headers: HTTPHeaderFields = .init(), body: [UInt8]? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// Neither user information nor the query, which may hold a key, nor header values, nor the body.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) \(HTTPAddress.redacted(url))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}

/// The first part of a response.
package struct HTTPResponseHead: Sendable {
    package var status: Int
    package var headers: HTTPHeaderFields

    package init(status: Int, headers: HTTPHeaderFields = .init()) {
        self.status = status
        self.headers = headers
    }
}
