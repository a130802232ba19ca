internal import CompanionCore
internal import _CompanionHTTP

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension OpenAI {
    /// Who answers, as the subject of a sentence.
    static let peer = "The model's server"

    var deadlines: HTTPDeadlines {
        let limits = configuration.deadlines
        return HTTPDeadlines(first: limits.firstToken, between: limits.betweenTokens, total: limits.total)
    }

    /// A request to `path`, which begins with a slash. Throws where the base URL is no URL.
    func request(_ method: HTTPRequest.Method, _ path: String, body: JSONValue? = nil) throws -> HTTPRequest {
        let address = try HTTPAddress(configuration.baseURL, defaultPath: "/v1")
        var headers = HTTPHeaderFields()
        headers["Accept"] = "text/event-stream, application/json"
        headers["User-Agent"] = "swift-companion"
        if let key = configuration.apiKey, !key.isEmpty {
            headers["Authorization"] = "Bearer \(key)"
        } else if let user = address.userInformation {
            headers["Authorization"] = "Basic \(Data(user.utf8).base64EncodedString())"
        }
        headers["OpenAI-Organization"] = configuration.organization
        headers["OpenAI-Project"] = configuration.project
        if body != nil { headers["Content-Type"] = "application/json" }
        for (name, value) in configuration.extraHeaders { headers[name] = value }
        return HTTPRequest(method, address.url(path), headers: headers, body: body?.serializedBytes())
    }
}
