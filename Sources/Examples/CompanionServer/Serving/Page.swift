internal import CompanionGateway
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Serves the page: its files, and its first document for every path that only the page itself knows.
struct Page: Sendable {
    enum Source: Sendable {
        case memory([String: PageFile])
        /// Each file anew, for those who write the page.
        case folder(String)
    }

    let source: Source

    /// What the page's documents may do: nothing is from elsewhere, and nothing within them is run.
    static let contentSecurityPolicy = """
        default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; object-src 'none'; \
        base-uri 'none'; frame-ancestors 'none'; form-action 'self'
        """

    /// - Parameter gateway: Knows who comes by TLS: their browsers are told never to come without.
    func add(to router: Router<GatewayRequestContext>, of gateway: CompanionGateway) {
        for path in ["/", "/**"] as [RouterPath] {
            router.on(path, method: .get) { request, context in
                gateway.secured(respond(to: request), for: request, context)
            }
            router.on(path, method: .head) { request, context in
                gateway.secured(respond(to: request), for: request, context).createHeadResponse()
            }
        }
    }

    func respond(to request: Request) -> Response {
        let path = request.uri.path
        guard let path = path.removingPercentEncoding, !path.utf8.contains(0) else { return missing }
        if let file = file(path == "/" ? "/index.html" : path) { return response(file, to: request) }
        // A name with an extension is a file that is not there; all else is a place within the page.
        guard path.split(separator: "/").last?.contains(".") != true, let document = file("/index.html") else {
            return missing
        }
        return response(document, to: request)
    }

    private func file(_ path: String) -> PageFile? {
        switch source {
        case .memory(let files): files[path]
        case .folder(let folder): PageFiles.file(path, in: folder)
        }
    }

    private var missing: Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(
            status: .notFound, headers: headers, body: .init(byteBuffer: ByteBuffer(string: "There is no such file.\n"))
        )
    }

    private func response(_ file: PageFile, to request: Request) -> Response {
        var headers = headers
        headers[.contentType] = file.type
        headers[.cacheControl] = file.isSteady ? "public, max-age=86400" : "no-cache"
        let zipped = Self.acceptsGzip(request.headers[values: .acceptEncoding]) ? file.gzipped : nil
        if file.gzipped != nil { headers[.vary] = "Accept-Encoding" }
        // Other bytes have another tag.
        let tag = zipped == nil ? "\"\(file.tag)\"" : "\"\(file.tag)-gz\""
        headers[.eTag] = tag
        let known = request.headers[values: .ifNoneMatch].flatMap {
            $0.split(separator: ",").map { $0.filter { $0 != " " } }
        }
        // Whether somebody has it is asked weakly, RFC 9110, section 13.1.2.
        if known.contains("*") || known.contains(where: { $0 == tag || $0 == "W/\(tag)" }) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        if zipped != nil { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: zipped ?? file.bytes)))
    }

    private var headers: HTTPFields {
        [
            .contentSecurityPolicy: Self.contentSecurityPolicy, .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer", .crossOriginOpenerPolicy: "same-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(self), payment=()",
        ]
    }

    /// Whether a client takes gzip: named, or by `*`, and not with the weight 0.
    static func acceptsGzip(_ fields: [String]) -> Bool {
        var star: Bool?
        for part in fields.flatMap({ $0.split(separator: ",") }) {
            let sides = part.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let name = sides.first else { continue }
            let weight = sides.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if name == "gzip" || name == "x-gzip" { return weight > 0 }
            if name == "*" { star = weight > 0 }
        }
        return star ?? false
    }
}

extension HTTPField.Name {
    fileprivate static let referrerPolicy = Self("Referrer-Policy")!
    fileprivate static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
    fileprivate static let permissionsPolicy = Self("Permissions-Policy")!
}
