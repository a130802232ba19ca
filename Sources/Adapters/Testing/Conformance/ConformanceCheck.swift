internal import CompanionCore

/// One rule of a port's contract, as a test that any implementation can be put to, in any test framework.
///
/// With Swift Testing, `@Test(arguments: RelationalStoreConformance.checks)` makes a test case of each; with XCTest,
/// loop over them.
public struct ConformanceCheck<Subject: Sendable>: Sendable, CustomStringConvertible {
    /// The rule.
    public let name: String
    private let body: @Sendable (Subject, SeededRandomSource) async throws -> Void

    init(_ name: String, body: @escaping @Sendable (Subject, SeededRandomSource) async throws -> Void) {
        self.name = name
        self.body = body
    }

    public var description: String { name }

    /// Throws ``ConformanceFailure`` where the subject breaks the rule.
    ///
    /// - Parameter seed: Repeats the random choices of an earlier run, whose failure has named it.
    public func run(on subject: Subject, seed: UInt64? = nil) async throws {
        let random = SeededRandomSource(seed: seed)
        do {
            try await body(subject, random)
        } catch let disappointment as Disappointment {
            throw ConformanceFailure(
                rule: name, expectation: disappointment.expectation, seen: disappointment.seen, seed: random.seed)
        } catch {
            throw ConformanceFailure(
                rule: name, expectation: "no error here", seen: String(reflecting: error), seed: random.seed)
        }
    }
}

/// An implementation breaks a rule of its port.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let rule: String
    public let expectation: String
    public let seen: String
    /// Pass it to ``ConformanceCheck/run(on:seed:)`` to see the same again.
    public let seed: UInt64

    public var description: String { "\(rule): expected \(expectation), saw \(seen) (seed \(seed))" }
}

/// What a check saw instead of what it expected.
struct Disappointment: Error {
    var expectation: String
    var seen: String
}
