public import CompanionCore

/// The contract of `VectorStore` as checks.
///
/// ```swift
/// @Test(arguments: VectorStoreConformance.checks)
/// func conforms(_ check: VectorStoreConformance.Check) async throws {
///     try await check.run(on: InMemoryVectorStore())
/// }
/// ```
///
/// Each check works for people of its own, so one store can be put to all of them. Of a store that is eventually
/// consistent, what was written is waited for.
public enum VectorStoreConformance {
    public typealias Check = ConformanceCheck<any VectorStore>

    public static let checks: [Check] =
        vectorWriteChecks + vectorQueryChecks + vectorFilterChecks + vectorDeletionChecks + vectorBoundChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (VectorProbe) async throws -> Void) -> Check {
        Check(rule) { store, random in try await body(VectorProbe(store: store, random: random)) }
    }
}
