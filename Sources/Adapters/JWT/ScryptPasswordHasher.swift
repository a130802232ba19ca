public import CompanionCore
internal import Crypto
internal import CryptoExtras
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Hashes passwords by scrypt (RFC 7914). A hash is kept as `$scrypt$ln=17,r=8,p=1$salt$key`, in Base64 without padding.
///
/// Derivations run on threads of the cooperative pool, two at a time by default, so that many sign-ins at once cost no more
/// memory than that; the others wait their turn.
public struct ScryptPasswordHasher: PasswordHasher {
    /// What a derivation costs. It takes `128 * blockSize * 2^logarithmOfRounds` bytes of memory.
    public struct Cost: Sendable, Hashable {
        public var logarithmOfRounds: Int
        public var blockSize: Int
        public var parallelism: Int

        /// The default is what OWASP's password storage cheat sheet asks for: 2^17, 8, 1, which is 128 MiB.
        public init(logarithmOfRounds: Int = 17, blockSize: Int = 8, parallelism: Int = 1) {
            self.logarithmOfRounds = logarithmOfRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// A hash that asks for more is not one of ours: it must not make a server work for minutes.
        var isBearable: Bool {
            (1...20).contains(logarithmOfRounds) && (1...32).contains(blockSize) && (1...16).contains(parallelism)
        }
    }

    public let cost: Cost
    private let turns: Turns

    /// - Parameter maximumConcurrent: How many derivations run at a time.
    public init(cost: Cost = .init(), maximumConcurrent: Int = 2) {
        precondition(cost.isBearable, "The cost of a password hash is out of bounds.")
        self.cost = cost
        turns = Turns(count: maximumConcurrent)
    }

    public func hash(_ password: String) async throws -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return StoredHash(cost: cost, salt: salt, key: try await derive(password, cost, salt)).description
    }

    public func check(_ password: String, against hash: String) async throws -> PasswordCheck {
        guard let stored = StoredHash(hash) else {
            throw CompanionError(.corrupted, "A stored password hash can't be read.")
        }
        guard Self.areEqual(try await derive(password, stored.cost, stored.salt), stored.key) else { return .wrong }
        return stored.cost == cost ? .right : .rightButOutdated
    }

    private func derive(_ password: String, _ cost: Cost, _ salt: [UInt8]) async throws -> [UInt8] {
        try await turns.take()
        defer { turns.give() }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logarithmOfRounds,
                blockSize: cost.blockSize, parallelism: cost.parallelism)
            return key.withUnsafeBytes { Array($0) }
        } catch {
            throw CompanionError(.unavailable, "The password can't be hashed: memory may be short.", underlying: error)
        }
    }

    private static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(into: UInt8(0)) { $0 |= $1.0 ^ $1.1 } == 0
    }
}

/// A hash as it is kept.
struct StoredHash: CustomStringConvertible {
    var cost: ScryptPasswordHasher.Cost
    var salt: [UInt8]
    var key: [UInt8]
}

extension StoredHash {
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = parts[2].split(separator: ",").map { $0.split(separator: "=") }
        guard numbers.count == 3, numbers.allSatisfy({ $0.count == 2 }), numbers.map(\.[0]) == ["ln", "r", "p"],
            let rounds = Int(numbers[0][1]), let block = Int(numbers[1][1]), let lanes = Int(numbers[2][1]),
            let salt = Self.bytes(parts[3]), let key = Self.bytes(parts[4]), salt.count == 16, key.count == 32
        else { return nil }
        self.init(
            cost: .init(logarithmOfRounds: rounds, blockSize: block, parallelism: lanes), salt: salt, key: key)
        guard cost.isBearable else { return nil }
    }

    var description: String {
        let parameters = "ln=\(cost.logarithmOfRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(parameters)$\(Self.text(salt))$\(Self.text(key))"
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)).map { Array($0) }
    }
}

/// Lets so many in at a time, in the order of their coming.
private final class Turns: Sendable {
    private struct State {
        var free: Int
        var nextID = 0
        var waiting: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var cancelled: Set<Int> = []
    }
    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: max(1, count))) }

    func take() async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if state.free > 0 {
                        state.free -= 1
                        return .success(())
                    }
                    state.waiting.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                if let place = state.waiting.firstIndex(where: { $0.id == id }) {
                    return state.waiting.remove(at: place).continuation
                }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume()
    }
}
