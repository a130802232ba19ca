import CompanionCore
import Testing
import _CompanionHTTP

@Suite("Addresses")
struct HTTPAddressTests {
    @Test(
        "A path is appended below the base, whatever slashes that ends in; only an empty path takes the default",
        arguments: [
            ("http://localhost:8080", "http://localhost:8080/v1/models"),
            ("http://localhost:8080/", "http://localhost:8080/v1/models"),
            ("https://api.openai.com/v1", "https://api.openai.com/v1/models"),
            ("https://api.openai.com/v1//", "https://api.openai.com/v1/models"),
            ("HTTPS://OpenRouter.AI/api/v1/", "https://openrouter.ai/api/v1/models"),
            ("http://[::1]:1234", "http://[::1]:1234/v1/models"),
            ("http://host/a?b=c", "http://host/a/models?b=c"), ("http://host?b=c#d", "http://host/v1/models?b=c"),
            ("http://me:se%40cret@host/x", "http://host/x/models"),
        ])
    func urls(base: String, expected: String) throws {
        #expect(try HTTPAddress(base, defaultPath: "/v1").url("/models") == expected)
    }

    @Test("User information is taken out and decoded")
    func userInformation() throws {
        #expect(try HTTPAddress("http://me:se%40c%zz@host").userInformation == "me:se@c%zz")
        #expect(try HTTPAddress("http://host").userInformation == nil)
    }

    @Test(
        "What is no address is refused, and not repeated in the error",
        arguments: [
            "", "localhost:8080", "ftp://host", "http://", "http://:80", "http://host:http", "http://host:99999",
            "http://user:hunter2@", "http://ho st", "http://hö", "file:///hunter2",
        ])
    func invalid(text: String) {
        #expect { try HTTPAddress(text) } throws: { error in
            let error = error as? CompanionError
            return error?.code == .invalidInput && !String(reflecting: error).contains("hunter2")
        }
    }

    @Test("Nothing secret shows in a description, a mirror or a redacted URL")
    func secrets() {
        let headers = HTTPHeaderFields([("Authorization", "Bearer hunter2"), ("X-Api-Key", "hunter2")])
        let request = HTTPRequest(
            .post, "http://me:hunter2@host/x?key=hunter2", headers: headers, body: Array("hunter2".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        dump(headers, to: &dumped)
        for text in ["\(request)", String(reflecting: request), "\(headers)", String(reflecting: headers), dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(request)" == "POST http://host/x")
    }

    @Test("Header names are compared without regard to case")
    func headerNames() {
        var headers = HTTPHeaderFields([("Content-Type", "a"), ("content-type", "b"), ("X", "1")])
        #expect(headers["CONTENT-TYPE"] == "a")
        headers["content-TYPE"] = "c"
        #expect(headers.all.map(\.value) == ["1", "c"])
        headers["x"] = nil
        #expect(headers.all.count == 1)
    }
}
