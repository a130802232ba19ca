import CompanionTesting
import Testing

@Suite struct VectorStoreConformanceTests {
    @Test("Every rule is broken by a store that breaks it", arguments: VectorStoreConformance.checks)
    func everyCheckCanFail(_ check: VectorStoreConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                try await check.run(on: SabotagedVectorStore(sabotage))
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: VectorStoreConformance.checks)
    func wrapper(_ check: VectorStoreConformance.Check) async throws {
        try await check.run(on: SabotagedVectorStore(.nothing))
        try await check.run(on: SabotagedVectorStore(.isEventual))
    }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        let rules = Set(VectorStoreConformance.checks.map(\.name))
        #expect(Set(Self.breakers.keys).subtracting(rules).isEmpty)
        #expect(rules.count == VectorStoreConformance.checks.count)
    }

    /// For each rule, the sabotages that it must find out.
    private static let breakers: [String: [SabotagedVectorStore.Sabotage]] = [
        "A record is found with its identifier and all of its metadata": [.dropsMetadata, .dropsBooleans],
        "A record without metadata is kept": [.refusesPlainRecords],
        "A record replaces the one of its identifier whole": [.mergesMetadata, .keepsOldVectors],
        "Of several records with one identifier in one call the last one stays": [.keepsFirstOfCall],
        "Upserting nothing does nothing": [.inventsForNothing],
        "As many records as there are are kept, in one call": [.cutsBatches],
        "People, models and dimensions have each their own vectors": [.ignoresThePerson, .ignoresTheModel],
        "Writers at the same time lose nothing of each other's": [.losesWrites],

        "The most similar come first, scored with their cosine, whatever the vectors' lengths": [
            .scoresDistances, .forgetsLengths,
        ],
        "A score is 1 for the same direction, −1 for the opposite one, and never beyond": [
            .exceedsOne, .scoresDistances,
        ],
        "Of equally similar ones the smaller identifier comes first, also where not all are wanted": [
            .breaksTiesBackwards
        ],
        "A namespace that holds nothing finds nothing": [.findsStrangers],
        "A query finds no more than its limit, up to 10,000": [.ignoresLimits],
        "Identifiers are paged in the order of their bytes, each once": [.pagesInclusively, .pagesUnordered],

        "A filter lets through what it says, and a missing key matches no comparison": [
            .missingIsUnequal, .ignoresFilters, .dropsBooleans,
        ],
        "The limit counts what the filter lets through": [.filtersAfterTheLimit],
        "What is deleted by a filter is what the filter lets through": [.deletesByNothing],

        "Deleted records are found by nobody, those that there are not do no harm, and the others stay": [
            .keepsDeleted, .deletesNeighbours,
        ],
        "A deleted record can be kept again": [.buriesForGood],
        "Deleting all leaves nothing, twice does no harm, and the namespace can be used again": [.keepsAll],
        "After any sequence of writes a query finds what a simple model finds": [.keepsDeleted, .keepsOldVectors],

        "A record out of its bounds throws invalidInput, and then nothing of the call is kept": [
            .keepsTheGood, .acceptsAnything,
        ],
        "A record at its bounds is kept": [.refusesBounds],
        "A space out of its bounds throws invalidInput": [.acceptsAnySpace],
        "The largest space is searched": [.refusesLargeSpaces],
        "A query or a page out of its bounds throws invalidInput": [.acceptsAnyQuery],
        "A task that is cancelled already gets CancellationError, and changes nothing": [.ignoresCancellation],
    ]
}
