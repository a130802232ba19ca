import CompanionCore
import Foundation
import Testing
import _CompanionHTTP

@testable import CompanionOpenAI

@Suite("What errors mean")
struct ErrorMappingTests {
    static func error(_ status: Int, _ body: String, headers: [(String, String)] = []) -> CompanionError {
        let head = HTTPResponseHead(status: status, headers: HTTPHeaderFields(headers))
        return ErrorMapping.error(HTTPFailure(head, body: Array(body.utf8), now: Date()), peer: "The server")
    }

    @Test(
        "Errors of servers in use",
        arguments: [
            (
                401,
                #"{"error":{"message":"Incorrect API key provided: sk-ab***yz.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
                CompanionError.Code.unauthenticated, CompanionError.RetryAdvice.never
            ),
            (
                401, #"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
                .unauthenticated, .never
            ),
            (
                404,
                #"{"error":{"message":"The model `x` does not exist","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#,
                .notFound, .never
            ),
            (404, #"{"detail":"Not Found"}"#, .notFound, .never),
            (404, "404 page not found", .notFound, .never),
            (
                429,
                #"{"error":{"message":"Rate limit reached for gpt-4o","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#,
                .rateLimited, .backOff
            ),
            (
                429,
                #"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
                .forbidden, .never
            ),
            (402, #"{"error":{"message":"Insufficient credits","code":402}}"#, .forbidden, .never),
            (
                400,
                #"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#,
                .promptTooLarge, .never
            ),
            (
                400,
                #"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9}}"#,
                .promptTooLarge, .never
            ),
            (
                400,
                #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#,
                .promptTooLarge, .never
            ),
            (
                400,
                #"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400}}"#,
                .refused, .never
            ),
            (
                400, #"[{"error":{"code":400,"message":"Please pass a valid model","status":"INVALID_ARGUMENT"}}]"#,
                .invalidInput, .never
            ),
            (
                422, #"{"detail":[{"loc":["body","messages"],"msg":"field required","type":"value_error.missing"}]}"#,
                .invalidInput, .never
            ),
            (413, "Payload too large", .promptTooLarge, .never),
            (409, #"{"error":{"message":"conflict"}}"#, .conflict, .backOff),
            (500, "Internal Server Error", .unavailable, .backOff),
            (500, #"{"error":{"message":"boom","type":"server_error","code":500}}"#, .unavailable, .backOff),
            (
                503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, .unavailable,
                .backOff
            ),
            (529, "", .unavailable, .backOff),
        ])
    func forms(status: Int, body: String, code: CompanionError.Code, retry: CompanionError.RetryAdvice) {
        let error = Self.error(status, body)
        #expect(error.code == code)
        #expect(error.retry == retry)
        #expect(error.description.contains("HTTP \(status)"))
    }

    @Test("The server's code and the request's id are in the description, its words are not")
    func description() {
        let error = Self.error(
            400, #"{"error":{"message":"I can't read 'Ada loves Turin'","code":"weird_code"}}"#,
            headers: [("x-request-id", "req_9")])
        #expect(error.description.contains("weird_code") && error.description.contains("req_9"))
        #expect(!error.description.contains("Turin"))
        #expect(error.debugDescription.contains("Turin"))
    }

    @Test("The wait that the server asks for is passed on")
    func wait() {
        #expect(Self.error(429, "", headers: [("retry-after", "12")]).retry == .after(.seconds(12)))
    }
}
