import CompanionCore
import CompanionTesting
import Foundation
import Synchronization
import TestRandomness
import TestSupport
import Testing

@testable import CompanionS3

@Suite("S3 by a script")
struct S3ScriptedTests {
    private let scope = BlobScope.shared

    private func store(
        _ server: ScriptedHTTPServer,
        credentials: any S3CredentialsProvider = StaticS3Credentials(
            .init(accessKeyID: "key", secretAccessKey: "secret-of-mine"))
    ) throws -> S3BlobStore {
        try S3BlobStore(
            configuration: .init(
                bucket: "bucket", endpoint: server.url, credentials: credentials, patience: .seconds(5)))
    }

    private func failure(_ code: String) -> String { "<Error><Code>\(code)</Code><Message>m</Message></Error>" }

    @Test("A download whose connection is lost goes on where it was, and only with the same blob")
    func resumption() async throws {
        try await ScriptedHTTPServer.run { exchange in
            let headers = [("ETag", "\"tag\""), ("Content-Type", "text/plain")]
            if exchange.request.header("range") == nil {
                try await exchange.begin(200, headers: headers + [("Content-Length", "10")])
                try await exchange.send("0123")
                try await exchange.cut()
            } else {
                try await exchange.respond(206, headers: headers + [("Content-Range", "bytes 4-9/10")], body: "456789")
            }
        } _: { server in
            let bytes = try await store(server).bytes(of: #require(BlobKey("a")), in: scope, maximumBytes: 100)
            #expect(bytes == Array("0123456789".utf8))
            let second = try #require(server.requests.last)
            #expect(second.header("range") == "bytes=4-9")
            #expect(second.header("if-match") == "\"tag\"")
        }
    }

    @Test("Credentials that the server calls expired are renewed once, and the request is made again")
    func renewal() async throws {
        final class Provider: S3CredentialsProvider {
            let count = Counter()
            func credentials() async throws -> S3Credentials {
                count.add(1)
                return S3Credentials(accessKeyID: "key-\(count.value)", secretAccessKey: "s")
            }
        }
        let provider = Provider()
        try await ScriptedHTTPServer.run { exchange in
            let isOld = exchange.request.header("authorization")?.contains("key-1") == true
            try await isOld
                ? exchange.respond(400, body: failure("ExpiredToken")) : exchange.respond(204)
        } _: { server in
            try await store(server, credentials: provider).delete(#require(BlobKey("a")), in: scope)
            #expect(provider.count.value == 2)
        }
    }

    @Test("What fails for now is tried again; what is refused is not; no error holds the secret")
    func retries() async throws {
        let left = Mutex(2)
        try await ScriptedHTTPServer.run { exchange in
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            try await fails
                ? exchange.respond(503, headers: [("Retry-After", "0")], body: failure("SlowDown"))
                : exchange.respond(403, body: failure("SignatureDoesNotMatch") + "secret-of-mine")
        } _: { server in
            let error = try await #require(throws: CompanionError.self) {
                try await store(server).delete(#require(BlobKey("a")), in: scope)
            }
            #expect(error.code == .unauthenticated)
            #expect(!error.debugDescription.contains("secret-of-mine"))
            #expect(server.requests.count == 3)
        }
    }

    @Test("XML is read as S3 writes it; everything else ends in a fault")
    func documents() throws {
        let text = """
            <?xml version="1.0"?><!-- c --><a:R xmlns:a="u"><K>x &amp; &lt;&#233;&#x1F600;</K><E/><K>2</K></a:R>
            """
        let document = try S3Document(Array(text.utf8))
        #expect(document.name == "R" && document["K"] == "x & <é😀" && document.children.count == 3)
        for text in ["", "<a>", "<a></b>", "<!DOCTYPE a><a/>", "<a>&x;</a>", "<a", String(repeating: "<a>", count: 99)]
        {
            #expect(throws: S3Document.Fault.self, "\(text)") { try S3Document(Array(text.utf8)) }
        }
        var random = SeededGenerator.announced()
        for _ in 0..<5_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? S3Document(bytes)
        }
    }

    @Test("Streams are cut into parts, whatever their chunks")
    func parts() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var chunks: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...90, using: &random)
                chunks.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let size = Int.random(in: 1...100, using: &random)
            var source = S3Parts(BlobStream(pulling: chunks[...]) { $0.popFirst() })
            var (seen, last): ([[UInt8]], S3Part?) = ([], nil)
            var whole = CRC32()
            whole.update(bytes)
            repeat {
                let part = try await source.next(size, insteadOf: last)
                seen.append(part.bytes)
                last = part
            } while seen.last?.count == size
            #expect(seen.flatMap(\.self) == bytes)
            #expect(seen.dropLast().allSatisfy { $0.count == size })
            #expect(source.size == bytes.count && source.checksum.value == whole.value)
        }
    }

    @Test("Addresses are read, and what is wrong in them is told")
    func addresses() throws {
        let configuration = try S3BlobStore.Configuration(
            url: "s3://my-bucket/a/b?region=eu-central-1&endpoint=http%3A%2F%2F127.0.0.1%3A9000&style=host")
        #expect(configuration.bucket == "my-bucket" && configuration.prefix == "a/b")
        #expect(configuration.region == "eu-central-1" && configuration.endpoint == "http://127.0.0.1:9000")
        #expect(configuration.usesPathStyle == false)
        for url in [
            "", "http://a", "s3://a", "s3://key:secret@bucket", "s3://bucket?x=1", "s3://bucket?style=no",
            "s3://Bad_Name",
        ] {
            #expect(throws: CompanionError.self, "\(url)") {
                try S3BlobStore(configuration: .init(url: url))
            }
        }
    }

    @Test("A profile's keys are found in the file")
    func profiles() async throws {
        let text =
            "[default]\naws_access_key_id = one\n; c\n[ other ]\n aws_access_key_id=two\naws_secret_access_key = s=/+\n"
        let values = ProfileS3Credentials.values(of: "other", in: text)
        #expect(values == ["aws_access_key_id": "two", "aws_secret_access_key": "s=/+"])
    }

    @Test("A machine's credentials are fetched as IMDSv2 wants it")
    func instance() async throws {
        try await ScriptedHTTPServer.run { exchange in
            switch exchange.request.path {
            case "/latest/api/token": try await exchange.respond(body: "token")
            case "/latest/meta-data/iam/security-credentials/": try await exchange.respond(body: "role")
            default:
                try await exchange.respond(
                    body: """
                        {"AccessKeyId": "k", "SecretAccessKey": "s", "Token": "t", "Expiration": "2030-01-02T03:04:05Z"}
                        """)
            }
        } _: { server in
            let provider = MetadataS3Credentials(environment: [:], instanceAddress: server.url)
            let credentials = try await provider.credentials()
            #expect(credentials.sessionToken == "t" && credentials.expiresAt != nil)
            #expect(server.requests.map(\.path).last == "/latest/meta-data/iam/security-credentials/role")
            #expect(server.requests.last?.header("x-aws-ec2-metadata-token") == "token")
        }
        let elsewhere = MetadataS3Credentials(environment: [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/"
        ])
        await #expect(throws: CompanionError.self) { try await elsewhere.credentials() }
    }
}
