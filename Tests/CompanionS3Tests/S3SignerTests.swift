import CompanionCore
import Foundation
import TestRandomness
import Testing
import _CompanionHTTP

@testable import CompanionS3

@Suite("Signatures for S3")
struct S3SignerTests {
    @Test("The documentation's example is signed as there")
    func example() throws {
        let signer = S3Signer(
            credentials: .init(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            region: "us-east-1")
        let date = try Date("2013-05-24T00:00:00Z", strategy: .iso8601)
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let request = S3Signer.Request(
            method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt", headers: [("Range", "bytes=0-9")])
        let headers = signer.headers(for: request, payloadHash: empty, at: date)
        #expect(
            headers.first { $0.name == "Authorization" }?.value.hasSuffix(
                "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41") == true)
        let presigned = signer.presignedQuery(
            for: .init(method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt"),
            expiringAfter: 86_400, at: date)
        #expect(
            presigned.hasSuffix(
                "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
    }

    private struct Question: Encodable {
        var method: String
        var url: String
        var headers: [[String]]
        var payloadHash: String
        var region: String
        var time: Int
        var key: String
        var secret: String
        var token: String?
        var expires: Int?
    }

    private struct Reply: Decodable { var result: String }

    @Test(
        "1,000 random requests are signed as botocore signs them",
        .enabled(if: S3Peer.url("SIGNER") != nil, "botocore's signer was not started"))
    func likeBotocore() async throws {
        var random = SeededGenerator.announced()
        let address = try #require(S3Peer.url("SIGNER"))
        let transport = HTTPTransport()
        for _ in 0..<1_000 {
            func text(_ characters: String, _ count: ClosedRange<Int>) -> String {
                let all = Array(characters)
                return String(
                    (0..<Int.random(in: count, using: &random)).map { _ in all.randomElement(using: &random)! })
            }
            let names = "abcXYZ019-_.~ +*'()!$&,;=:@/%äß€😀"
            let path = "/" + text(names, 0...30)
            var query = [(name: String, value: String)]()
            for number in 0..<Int.random(in: 0...3, using: &random) {
                query.append((text("abcAB-_.~ +/é", 1...6) + "\(number)", text(names, 0...10)))
            }
            let isPresigned = random.chance(1, in: 3)
            var headers = [(name: String, value: String)]()
            for number in 0..<Int.random(in: 0...3, using: &random) {
                headers.append(("x-amz-meta-\(text("abcABC", 1...5))\(number)", "v" + text("abc  \t123", 0...10) + "v"))
            }
            let host = text("abc", 1...5) + ".example:9000"
            let credentials = S3Credentials(
                accessKeyID: text("ABC123", 5...20), secretAccessKey: text("abc/+=123", 20...40),
                sessionToken: random.chance(1, in: 2) ? text("abc/+=123", 20...60) : nil)
            let time = Int.random(in: 0...4_000_000_000, using: &random)
            let region = text("abc-1", 3...10)
            let signer = S3Signer(credentials: credentials, region: region)
            let request = S3Signer.Request(
                method: ["GET", "PUT", "POST", "HEAD", "DELETE"].randomElement(using: &random)!, host: host,
                path: S3Encoding.path(path), query: query, headers: headers)
            let hash = S3Encoding.hexadecimal((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
            let asked = S3Encoding.query(query)
            let url = "http://" + host + request.path + (asked.isEmpty ? "" : "?" + asked)
            let question = Question(
                method: request.method, url: url,
                headers: headers.map { [$0.name, $0.value] } + (isPresigned ? [] : [["X-Amz-Content-SHA256", hash]]),
                payloadHash: hash, region: region, time: time, key: credentials.accessKeyID,
                secret: credentials.secretAccessKey, token: credentials.sessionToken, expires: isPresigned ? 300 : nil)
            let body = try JSONEncoder().encode(question)
            let answer = try await transport.withCall(to: "The signer", deadlines: .init(), clock: SystemClock()) {
                call in
                _ = try await call.send(HTTPRequest(.post, address, body: Array(body)))
                return try await call.collect(100_000).bytes
            }
            let expected = try JSONDecoder().decode(Reply.self, from: Data(answer)).result
            let date = Date(timeIntervalSince1970: Double(time))
            if isPresigned {
                let ours = signer.presignedQuery(for: request, expiringAfter: 300, at: date)
                #expect(signature(ours) == signature(expected), "\(url)")
            } else {
                let ours = signer.headers(for: request, payloadHash: hash, at: date)
                    .first { $0.name == "Authorization" }?.value
                #expect(ours == expected, "\(url)")
            }
        }
    }

    private func signature(_ query: String) -> Substring? {
        query.firstRange(of: "X-Amz-Signature=").map { query[$0.upperBound...] }
    }
}
