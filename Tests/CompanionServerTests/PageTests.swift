import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import CompanionServer

struct PageTests {
    private static let script = [UInt8]("export const a = 1;\n".utf8) + [UInt8](repeating: 0x20, count: 2_000)
    private let page = Page(
        source: .memory([
            "/index.html": PageFile(Array("<!DOCTYPE html>".utf8), path: "index.html"),
            "/app/a.js": PageFile(script, path: "app/a.js"),
            "/icon.png": PageFile([1, 2, 3], path: "icon.png"),
        ]))

    private func ask(_ path: String, _ headers: HTTPFields = [:]) -> Response {
        page.respond(
            to: Request(
                head: HTTPRequest(method: .get, scheme: "http", authority: "a", path: path, headerFields: headers),
                body: .init(buffer: ByteBuffer())))
    }

    @Test("Files come with their type, a strong tag, and a policy that lets nothing in from elsewhere")
    func files() throws {
        let response = ask("/app/a.js")
        #expect(response.status == .ok)
        #expect(response.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(response.headers[.cacheControl] == "no-cache")
        #expect(response.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
        #expect(response.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        #expect(response.body.contentLength == Self.script.count)
        #expect(response.headers[.eTag]?.hasPrefix("\"") == true)
        #expect(ask("/icon.png").headers[.cacheControl]?.contains("max-age") == true)
    }

    @Test("What is no file is a place within the page, unless it has an extension")
    func places() {
        #expect(ask("/").headers[.contentType] == "text/html; charset=utf-8")
        #expect(ask("/chats/0190-abc").headers[.contentType] == "text/html; charset=utf-8")
        #expect(ask("/app/missing.js").status == .notFound)
        #expect(ask("/../../etc/pass.wd").status == .notFound)
        #expect(ask("/%00").status == .notFound)
    }

    @Test("Gzip goes to whoever takes it, and has a tag of its own")
    func gzip() throws {
        let plain = ask("/app/a.js")
        let zipped = ask("/app/a.js", [.acceptEncoding: "br, gzip;q=0.5"])
        #expect(zipped.headers[.contentEncoding] == "gzip")
        #expect(zipped.headers[.vary] == "Accept-Encoding")
        #expect(plain.headers[.vary] == "Accept-Encoding")
        #expect(zipped.headers[.eTag] != plain.headers[.eTag])
        #expect(try #require(zipped.body.contentLength) < Self.script.count)
        for refusal in ["gzip;q=0", "identity", "*;q=0", "br"] {
            #expect(ask("/app/a.js", [.acceptEncoding: refusal]).headers[.contentEncoding] == nil)
        }
        #expect(ask("/icon.png", [.acceptEncoding: "gzip"]).headers[.contentEncoding] == nil)
    }

    @Test("Who has a file already gets none of it")
    func notModified() throws {
        let tag = try #require(ask("/app/a.js").headers[.eTag])
        for field in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = ask("/app/a.js", [.ifNoneMatch: field])
            #expect(response.status == .notModified)
            #expect(response.headers[.eTag] == tag)
            #expect(response.body.contentLength == 0)
        }
        #expect(ask("/app/a.js", [.ifNoneMatch: tag, .acceptEncoding: "gzip"]).status == .ok)
    }
}
