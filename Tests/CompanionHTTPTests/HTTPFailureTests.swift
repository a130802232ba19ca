import CompanionCore
import Foundation
import Testing
import _CompanionHTTP

@Suite("Answers that are no success")
struct HTTPFailureTests {
    static func failure(_ status: Int, _ headers: [(String, String)] = [], body: String = "", secrets: [String] = [])
        -> HTTPFailure
    {
        HTTPFailure(
            HTTPResponseHead(status: status, headers: HTTPHeaderFields(headers)), body: Array(body.utf8), now: Date(),
            secrets: secrets)
    }

    @Test(
        "What a status means, and whether to try again",
        arguments: [
            (301, CompanionError.Code.invalidInput, CompanionError.RetryAdvice.never), (400, .invalidInput, .never),
            (401, .unauthenticated, .never), (402, .forbidden, .never), (403, .forbidden, .never),
            (404, .notFound, .never),
            (408, .timedOut, .backOff), (409, .conflict, .never), (413, .limitExceeded, .never),
            (422, .invalidInput, .never),
            (425, .unavailable, .backOff), (429, .rateLimited, .backOff), (500, .unavailable, .backOff),
            (501, .unsupported, .never), (502, .unavailable, .backOff), (503, .unavailable, .backOff),
            (504, .timedOut, .backOff), (529, .unavailable, .backOff),
        ])
    func statuses(status: Int, code: CompanionError.Code, retry: CompanionError.RetryAdvice) {
        let error = Self.failure(status).error(from: "The server")
        #expect(error.code == code)
        #expect(error.retry == retry)
        #expect(error.description.contains("HTTP \(status)"))
    }

    @Test("The server's word on retrying wins over the status")
    func serversWord() {
        #expect(Self.failure(503, [("x-should-retry", "false")]).error(from: "It").retry == .never)
        #expect(Self.failure(400, [("x-should-retry", "true")]).error(from: "It").retry == .backOff)
        #expect(Self.failure(429, [("retry-after", "3")]).error(from: "It").retry == .after(.seconds(3)))
        #expect(Self.failure(400, [("retry-after", "3")]).error(from: "It").retry == .never)
    }

    @Test(
        "The request's id is in the description, the server's words only in the one for debugging, secrets in neither")
    func descriptions() {
        let error = Self.failure(
            500, [("x-request-id", "req_7")], body: "what Ada wrote, with sk-hunter2", secrets: ["sk-hunter2"]
        ).error(from: "The server")
        #expect(error.description.contains("req_7"))
        #expect(!error.description.contains("Ada"))
        #expect(error.debugDescription.contains("what Ada wrote, with …"))
        #expect(!error.debugDescription.contains("hunter2"))
        #expect((error.underlying as? HTTPFailure)?.requestID == "req_7")
    }

    @Test("An id or a code that could carry anything else is dropped")
    func injection() {
        let failure = Self.failure(500, [("x-request-id", "a b\nc")]).with(code: "said: \"I love you\"", text: "")
        #expect(failure.requestID == nil)
        #expect(failure.code == nil)
    }
}
