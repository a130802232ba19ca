public import CompanionCore

/// The contract of `RelationalStore` as checks, each of which wants a fresh, empty store:
///
/// ```swift
/// @Test(arguments: RelationalStoreConformance.checks)
/// func conforms(_ check: RelationalStoreConformance.Check) async throws {
///     try await check.run(on: InMemoryStore())
/// }
/// ```
///
/// What needs a second process or a power cut (durability, several processes on one store) an adapter tests itself.
public enum RelationalStoreConformance {
    public typealias Check = ConformanceCheck<any RelationalStore>

    public static let checks: [Check] =
        transactionChecks + concurrencyChecks + userChecks + characterChecks + chatChecks
        + messageChecks + alternativeChecks + deletionChecks + changeChecks + leaseChecks + memoryChecks
        + coverageChecks + feedChecks + jobChecks + jobModelChecks + valueChecks + isolationChecks
        + accountChecks + erasureChecks + moderationChecks + subscriptionChecks + versionChecks + catalogChecks
        + lorebookChecks + modelChecks

    static func check(_ rule: String, _ body: @escaping @Sendable (StoreProbe) async throws -> Void) -> Check {
        Check(rule) { store, random in try await body(StoreProbe(store: store, random: random)) }
    }
}
