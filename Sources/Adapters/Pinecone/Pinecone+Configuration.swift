internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Pinecone {
    public struct Configuration: Sendable {
        public var apiKey: String
        /// What the store's indexes are called: there is one for each number of dimensions, such as `companion-1536`. 1 to 39
        /// lower-case ASCII letters, digits and `-`.
        public var index: String
        /// In which cloud and region the store creates an index that there is not; nil creates none, and throws `notFound`
        /// instead. `aws` and `us-east-1` unless set.
        public var creation: (cloud: String, region: String)?
        /// Where indexes are administered.
        public var controlURL: String
        /// How long the server may be silent. 30 seconds unless set.
        public var patience: Duration
        /// How many batches of an upsert are on their way at once: 1 to 32. 4 unless set.
        public var parallelism: Int

        public init(
            apiKey: String, index: String, creation: (cloud: String, region: String)? = ("aws", "us-east-1"),
            controlURL: String = "https://api.pinecone.io", patience: Duration = .seconds(30), parallelism: Int = 4
        ) {
            self.apiKey = apiKey
            self.index = index
            self.creation = creation
            self.controlURL = controlURL
            self.patience = patience
            self.parallelism = parallelism
        }

        /// Reads `pinecone://index?cloud=…&region=…`, and for a server of one's own `pinecone://index?control=http://…`; the key is
        /// in `PINECONE_API_KEY`.
        ///
        /// Throws `invalidInput` where the address is something else, `unauthenticated` where there is no key.
        public init(url: String, environment: [String: String]? = nil) throws {
            let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].lowercased().hasPrefix("pinecone://") else {
                throw CompanionError(.invalidInput, "The address is no pinecone://index.")
            }
            guard let key = (environment ?? ProcessInfo.processInfo.environment)["PINECONE_API_KEY"], !key.isEmpty
            else {
                throw CompanionError(.unauthenticated, "Pinecone wants a key: set PINECONE_API_KEY.")
            }
            self.init(apiKey: key, index: String(parts[0].dropFirst(11)))
            for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let value = sides.count == 2 ? String(sides[1]) : ""
                switch sides[0] {
                case "cloud" where !value.isEmpty: creation?.cloud = value
                case "region" where !value.isEmpty: creation?.region = value
                case "control" where !value.isEmpty: controlURL = value
                default:
                    throw CompanionError(.invalidInput, "The address of Pinecone has a parameter that is not known.")
                }
            }
        }

        func check() throws(CompanionError) {
            guard (1...39).contains(index.utf8.count), let first = index.utf8.first, first != 0x2D,
                index.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D })
            else {
                throw CompanionError(
                    .invalidInput, "An index of Pinecone has a name of 1 to 39 lower-case letters, digits and `-`.")
            }
            guard !apiKey.isEmpty, apiKey.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw CompanionError(.invalidInput, "The key for Pinecone is not well-formed.")
            }
            guard (1...32).contains(parallelism) else {
                throw CompanionError(.invalidInput, "1 to 32 batches are on their way to Pinecone at once.")
            }
        }
    }
}

/// Shows no key.
extension Pinecone.Configuration: CustomStringConvertible, CustomReflectable {
    public var description: String { "Pinecone.Configuration(\(index))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
