internal import CompanionCore
internal import _CompanionHTTP

extension S3BlobStore {
    public struct Configuration: Sendable {
        /// The bucket, which must be there.
        public var bucket: String
        /// What all keys begin with, without a slash at its end; empty unless set.
        public var prefix: String
        /// The region that requests are signed for. `us-east-1` unless set.
        public var region: String
        /// Where the server is, such as `http://127.0.0.1:9000`; nil is Amazon's address of the region.
        public var endpoint: String?
        /// Whether the bucket stands in the path of addresses (`https://host/bucket/key`) and not in the host
        /// (`https://bucket.host/key`). Nil: in the path where there is an `endpoint`.
        public var usesPathStyle: Bool?
        /// What requests are signed with. ``S3CredentialsChain/usual`` unless set.
        public var credentials: any S3CredentialsProvider
        /// How long the server may be silent. 30 seconds unless set.
        public var patience: Duration
        /// How large the parts of a large upload are: 5 MiB to 1 GiB, and larger after each thousand, so that 10,000 parts
        /// are enough for anything. Two are in memory at once. 8 MiB unless set.
        public var partBytes: Int

        public init(
            bucket: String, prefix: String = "", region: String = "us-east-1", endpoint: String? = nil,
            usesPathStyle: Bool? = nil, credentials: any S3CredentialsProvider = S3CredentialsChain.usual,
            patience: Duration = .seconds(30), partBytes: Int = 8 << 20
        ) {
            self.bucket = bucket
            self.prefix = prefix
            self.region = region
            self.endpoint = endpoint
            self.usesPathStyle = usesPathStyle
            self.credentials = credentials
            self.patience = patience
            self.partBytes = partBytes
        }

        /// Reads `s3://bucket/prefix?region=…&endpoint=…&style=path`; the last is `path` or `host`.
        ///
        /// Throws `invalidInput` where it is something else.
        public init(url: String) throws {
            let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].lowercased().hasPrefix("s3://") else {
                throw CompanionError(.invalidInput, "The address is no s3://bucket/prefix.")
            }
            let place = parts[0].dropFirst(5)
            let bucket = place.prefix { $0 != "/" }
            guard !bucket.contains("@") else {
                throw CompanionError(
                    .invalidInput, "Credentials don't stand in the address of S3: set AWS_ACCESS_KEY_ID instead.")
            }
            self.init(bucket: String(bucket), prefix: String(place.dropFirst(bucket.count + 1)))
            for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard sides.count == 2, let value = S3Encoding.decoded(sides[1]) else {
                    throw CompanionError(.invalidInput, "A parameter of the address of S3 has no value.")
                }
                switch (sides[0], value) {
                case ("region", _): region = value
                case ("endpoint", _): endpoint = value
                case ("style", "path"): usesPathStyle = true
                case ("style", "host"): usesPathStyle = false
                default: throw CompanionError(.invalidInput, "A parameter of the address of S3 is not known.")
                }
            }
        }

        func check() throws(CompanionError) {
            func isName(_ text: String, _ count: ClosedRange<Int>) -> Bool {
                count.contains(text.utf8.count)
                    && text.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || [0x2D, 0x2E].contains($0)
                    }
            }
            guard isName(bucket, 3...63) else {
                throw CompanionError(
                    .invalidInput, "A bucket of S3 has a name of 3 to 63 lower-case letters, digits, `-` and `.`.")
            }
            guard isName(region, 1...64) else {
                throw CompanionError(.invalidInput, "The region of S3 is not well-formed.")
            }
            guard prefix.utf8.count <= 256, !prefix.hasPrefix("/"), !prefix.hasSuffix("/"),
                prefix.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                throw CompanionError(
                    .invalidInput, "A prefix in S3 has at most 256 printable characters, without a slash at either end."
                )
            }
            guard ((5 << 20)...(1 << 30)).contains(partBytes) else {
                throw CompanionError(.invalidInput, "Parts of uploads have 5 MiB to 1 GiB.")
            }
        }
    }
}
