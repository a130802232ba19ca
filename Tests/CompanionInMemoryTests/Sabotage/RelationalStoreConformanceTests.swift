import CompanionTesting
import Testing

@Suite struct RelationalStoreConformanceTests {
    @Test("Every rule is broken by a store that breaks it", arguments: RelationalStoreConformance.checks)
    func everyCheckCanFail(_ check: RelationalStoreConformance.Check) async throws {
        let sabotages = Self.breakers[check.name, default: []]
        #expect(!sabotages.isEmpty, "No sabotage is known for this rule.")
        for sabotage in sabotages {
            await #expect(throws: ConformanceFailure.self, "\(sabotage)") {
                try await check.run(on: SabotagedStore(sabotage))
            }
        }
    }

    @Test("No rule is broken by the wrapper that breaks nothing", arguments: RelationalStoreConformance.checks)
    func wrapper(_ check: RelationalStoreConformance.Check) async throws {
        try await check.run(on: SabotagedStore(.nothing))
    }

    @Test("Every sabotage is of a rule that there is")
    func noStrangers() {
        let rules = Set(RelationalStoreConformance.checks.map(\.name))
        #expect(Set(Self.breakers.keys).subtracting(rules).isEmpty)
        #expect(rules.count == RelationalStoreConformance.checks.count)
    }

    @Test("A failure names the rule, what was expected and seen, and a seed that repeats it")
    func failure() async throws {
        let check = try #require(RelationalStoreConformance.checks.last)
        let first = await #expect(throws: ConformanceFailure.self) {
            try await check.run(on: SabotagedStore(.keepsDeleted))
        }
        let failure = try #require(first)
        #expect(failure.rule == check.name)
        #expect(failure.description.contains("seed \(failure.seed)"))
        let second = await #expect(throws: ConformanceFailure.self) {
            try await check.run(on: SabotagedStore(.keepsDeleted), seed: failure.seed)
        }
        #expect(second?.description == failure.description)
    }

    /// For each rule, the sabotages that it must find out.
    private static let breakers: [String: [Sabotage]] = [
        "What a transaction wrote is there for every later call, and what its body returns is returned": [
            .losesCommits
        ],
        "A transaction sees its own writes": [.appliesWritesLater],
        "A transaction that throws leaves nothing of it behind, and its error is thrown": [.keepsFailedTransactions],
        "A transaction in which a call throws leaves nothing of it behind": [.keepsFailedTransactions],
        "A transaction of a task that is cancelled already throws CancellationError and leaves nothing": [
            .ignoresCancellation
        ],
        "Cancellation before the commit throws CancellationError and leaves nothing": [.ignoresCancellation],
        "A write in a read throws unsupported and changes nothing": [.writesInReads, .dropsWritesInReads],

        "Concurrent transactions that read, then write, lose nothing": [.appliesWritesLater],
        "Concurrent transactions are serialisable: neither acts on what the other is about to change": [
            .appliesWritesLater
        ],
        "A read and a transaction see no other transaction half done": [.tearsCommits],
        "A read sees every transaction that returned before it": [.commitsLate],
        "Of concurrent takers of a lease exactly one gets it": [.sharesLeases],

        "A user is kept as it is, and is nil where there is none": [.dropsPersonas, .dropsPreferences],
        "Inserting a user whose identifier exists throws conflict and changes nothing": [.overwritesUsers],
        "Updating a user replaces all but createdAt": [.dropsUserUpdateTimes, .dropsPreferences],
        "Updating a user that there is not throws notFound": [.insertsOnUpdate],
        "Users are paged in the order of their identifiers": [.pagesInclusively],

        "A character is kept as it is, and is nil where there is none": [.dropsCharacterTimes],
        "A card is kept with all that it holds, unknown fields digit for digit and in their order": [
            .dropsUnknownFields
        ],
        "Inserting a character whose identifier exists throws conflict, one without owner notFound": [.swallowsErrors],
        "Updating a character replaces card and updatedAt, counts its revision and keeps the rest": [
            .forgetsRevisions, .dropsCharacterTimes,
        ],
        "Updating a character at another revision throws conflict, one that there is not notFound": [
            .ignoresRevisions
        ],
        "A character is deleted once, and not while a chat with it exists": [.hidesConflicts],
        "A person's characters are paged in the order of their identifiers": [.pagesInclusively],

        "A chat is kept as it is, and begins with lastSequence and revision 0": [.forgetsOrigins],
        "Inserting a chat throws conflict for an identifier that exists, notFound without person or character": [
            .swallowsErrors
        ],
        "Renaming changes title and updatedAt only; of what there is not it throws notFound": [.forgetsTitles],
        "Deleting a chat deletes its messages and changes, once, and nothing else": [.deletesAlways],
        "Chats are listed by updatedAt, latest first, of equal ones the greater identifier first": [
            .listsBackwards, .listsByCreation,
        ],
        "A change of a chat moves it in the list": [.listsByCreation],
        "A person's chats with a character are paged in the order of their identifiers": [.mixesCharacters],

        "Messages are kept as they are, with every field of every alternative": [.dropsUsage],
        "Appending moves lastSequence, counts the revision once, and sets updatedAt": [.countsEachMessage],
        "Appending other numbers than the next ones throws conflict and appends nothing": [
            .renumbers, .swallowsErrors,
        ],
        "Appending a message, alternative or client id that exists throws conflict and appends nothing": [
            .swallowsErrors
        ],
        "A client id is found in its chat only, in deleted messages too, and may come again in another chat": [
            .forgetsDeletedClientIDs
        ],
        "Appending to a chat that there is not throws notFound": [.swallowsErrors],
        "Appending a message of another chat, or one that selects nothing, throws invalidInput": [.confusesCodes],
        "Pages hold at most their limit, and nothing where it is below 1 or the chat is not there": [
            .ignoresLowLimits
        ],

        "A further alternative comes last and is selected; the chat's revision and updatedAt move": [.leavesSelection],
        "A further alternative throws notFound without its message, conflict where its identifier exists": [
            .swallowsErrors
        ],
        "A message has at most 256 alternatives: the next one throws limitExceeded": [.confusesCodes],
        "An update replaces all of an alternative but identifier, createdAt and place": [.updatesNothing],
        "An update of what there is not is false and leaves the chat as it is": [.updatesAlways],
        "An update for a turn happens only while the alternative is generating and that turn's": [
            .ignoresTurns, .updatesAlways,
        ],
        "An update reaches a deleted message too": [.sparesDeletedMessages],
        "Selecting moves the selection; it throws notFound without message, invalidInput without index": [
            .clampsSelections
        ],
        "What is being written is found, of all people and of deleted messages too, until it is settled": [
            .overlooksDeletedWriters, .updatesNothing,
        ],

        "A deleted message is found by nobody until it is restored, at its place and as it was": [
            .keepsDeleted, .restoresNothing,
        ],
        "A chat goes on behind its last message, deleted or not": [.keepsDeleted, .restoresNothing, .renumbers],
        "Each change restores what it deleted itself, and only once": [.restoresNothing],
        "A deletion or restoration that finds nothing is 0 and leaves the chat as it is": [.touchesForNothing],
        "The newest change of a chat is the one with the greatest identifier, kept as it is": [.forgetsEdits],
        "Inserting a change throws notFound without its chat, conflict where its identifier exists": [.swallowsErrors],

        "A free lease is taken and kept as it is; while it stands, another gets it as the answer": [.sharesLeases],
        "A lease is anybody's from the instant of its expiry on, and is shown until then and after": [.expiresLate],
        "The same token takes its lease again, with the new holder and end": [.refusesOwnLeases],
        "A lease is replaced where it is held by the token that is named as gone, and only then": [
            .ignoresReplacement, .sharesLeases,
        ],
        "Renewing moves the end for the token that holds it, expired or not, and for no other": [.renewsForAnybody],
        "Releasing gives a lease back for the token that holds it, and does nothing for any other": [
            .releasesForAnybody
        ],

        "A memory is kept as it is, with its sources in their order, and is nil where there is none": [.dropsSources],
        "Inserting a memory throws conflict where its identifier exists or existed, notFound without its person": [
            .swallowsErrors
        ],
        "Updating a memory replaces all but identifier, person and createdAt; without one it throws notFound": [
            .keepsOldSources, .swallowsErrors,
        ],
        "A memory is deleted once, with its sources, and nothing else": [.deletesAlways, .keepsDeleted],
        "A person's memories are paged in the order of their identifiers, those true no more included": [
            .pagesInclusively, .hidesInvalidMemories,
        ],
        "Memories are found by the messages that they come from, and by what took their place": [
            .findsFirstSourcesOnly, .forgetsSuccessors, .keepsOldSources,
        ],
        "What was forgotten is kept as it is and paged in the order of its identifiers": [.dropsFingerprints],
        "Forgetting the same twice throws conflict, and notFound without its person": [.swallowsErrors],

        "What was forgotten can be let go of, once, by whose it was, and counts the revision up": [.claimsDeletions],
        "Who is leaving is not found, keeps what they have until it is erased, and leaves once": [.swallowsErrors],
        "After an erasure nothing of the person is left in any repository, and all of the others is": [
            .erasesNothing, .neverFinishes,
        ],
        "What came in the last moment goes at the end, and the receipt names nobody": [.neverFinishes],
        "Erasures are listed in their order, counted on, and their receipts can be deleted": [.claimsDeletions],

        "The cursor begins at 0 and moves forward, only from where it stands": [.movesCursorsAnyway, .swallowsErrors],
        "Of two who move the cursor from the same place one does": [.movesCursorsAnyway],
        "Covered messages are opened again, each once, and closed; what is past the cursor is not opened": [
            .opensWhatIsNotCovered, .countsWhatWasNotOpen,
        ],
        "Covering a chat that there is not throws notFound; nothing of it is covered or open": [.swallowsErrors],
        "A summary is kept, replaced and deleted; without its chat it throws notFound": [.keepsFirstSummaries],
        "Deleting a chat deletes its coverage and its summary, and leaves what was learnt from it": [.outlivesChats],

        "Every write of memories counts the person's revision up by one, and what changes nothing does not": [
            .countsMemoriesOnly, .keepsDeleted,
        ],
        "Changes hold each memory written after a revision once, as it is now, by its last write": [
            .replaysEverything, .forgetsDeletedChanges,
        ],
        "Replaying a chat's changes, from any revision on, gives what reading all of it gives": [
            .replaysEverything, .forgetsDeletedChanges, .skipsWithinRevisions,
        ],
        "A chat's changes hold each message once, deleted ones too, by revision and then by sequence number": [
            .replaysEverything, .forgetsDeletedChanges, .skipsWithinRevisions,
        ],

        "A job begins waiting, with nothing behind it, is kept as it is, and is nil where there is none": [
            .dropsPayloads
        ],
        "Where a job of its kind and key waits, enqueueing moves only that one's runAt and updatedAt": [
            .enqueuesTwice, .leavesRunTimes,
        ],
        "A job that runs or is dead does not keep another of its kind and key from waiting": [.waitsForRunningJobs],
        "Enqueueing throws conflict for an identifier that exists, notFound for a person that does not": [
            .swallowsErrors
        ],
        "The job that has been due for longest is claimed, of equal ones the smaller identifier": [.claimsTheSecond],
        "A job is claimed from its runAt on, and only by those who can do its kind": [
            .claimsEarly, .claimsAnyKind, .expiresLate,
        ],
        "A claimed job runs under its token, its attempts counted, until the lease expires": [
            .sharesJobs, .expiresLate, .claimsEarly,
        ],
        "Only the token that holds a job renews, completes or fails it": [.ignoresTokens],
        "A job that failed waits for its next attempt, or is dead, and says why": [.neverGivesUp, .forgetsFailures],
        "A job that failed is deleted where another of its kind and key waits, and kept where it is given up": [
            .keepsReplacedJobs
        ],
        "A dead job is revived once, as though never begun, unless another of its kind and key waits": [
            .revivesNothing
        ],
        "A job is deleted once, and not while it runs": [.deletesAlways],
        "Jobs are paged by status, in the order of their identifiers": [.pagesInclusively],
        "What is due next is the least runAt of those that wait and end of lease of those that run": [
            .overlooksRunningJobs
        ],
        "Of concurrent claimers no two get the same job, and every job goes to one": [.sharesJobs],
        "After any sequence of operations the jobs are what a simple model of them says": [
            .ignoresTokens, .claimsTheSecond, .overlooksRunningJobs, .leavesRunTimes,
        ],

        "A person has one credential, an address one person, and both are kept as they are": [.dropsPasswordHashes],
        "An identity is one person's, and a person has one at each provider": [.forgetsLinkTimes],
        "A one-time token is taken once, by its kind, and by one of those who try at the same time": [
            .keepsTakenTokens
        ],
        "A session is kept as it is, changed in its digests and times, and ended by its own person alone": [
            .endsAnybodysSessions
        ],
        "What has expired is deleted, at the instant of its end, and nothing else": [.expiresNothing],
        "What moderation remembers of a person is blank at first, then as it was put last, in milliseconds": [
            .forgetsCrises
        ],
        "Moderation remembers nothing of nobody, and nothing new of who is leaving": [
            .remembersNobody, .swallowsErrors,
        ],
        "Decisions are kept as they are, and each person's are paged in the order of their making": [
            .dropsReasons, .pagesInclusively,
        ],
        "A decision whose identifier exists throws conflict and changes nothing": [.swallowsErrors],
        "Moderators see everybody's decisions, of one action or of any, the newest first": [.mixesActions],
        "Decisions before an instant are deleted, the oldest first, and no more than were asked for": [
            .deletesAnyDecision
        ],
        "The numbers of moderation add up, by year, and name nobody": [.overwritesNumbers],
        "A subscription is kept whole, as it was put last, in milliseconds": [.dropsOverrides],
        "Nobody subscribes, reserves or uses anything who is not there, or is leaving": [
            .swallowsErrors, .subscribesNobody,
        ],
        "A reservation is kept as it is, changed in its state, amount and end, and found by its own person": [
            .settlesNothing, .swallowsErrors,
        ],
        "What is held is the sum of a person's reservations of those days that are held and not expired": [
            .holdsEverything
        ],
        "Reservations that expired before an instant are deleted, and no more than were asked for": [
            .deletesAnyReservation
        ],
        "What was used adds up by day and model, never falls below zero, and is listed in order": [.usesBelowZero],
        "An entry of the catalog is kept whole, replaced by its author alone, and one of each character": [
            .letsAnybodyReplace
        ],
        "Listed entries are found by all of their terms, within a rating, in pages of each order": [.findsAnyTerm],
        "Stars are one's own, replaced and taken back, and add up; entries count their copies": [.addsStarsTwice],
        "Moderators see what waits, authors what is theirs, in pages": [.showsRefused],
        "A copy is known by the entry that it is of, and its origin is kept with each version": [.forgetsCopies],
        "Every change of a character leaves a version, which its owner alone can read, the newest first": [
            .keepsNoVersions
        ],
        "A chat keeps its version until it is moved, to one that there is, by its own person": [.movesAnywhere],
        "Old versions are forgotten, but for those that a chat has": [.keepsAllVersions],
        "A lorebook is kept whole, its numbers digit for digit, and nobody's throws notFound": [
            .dropsUnknownFields, .swallowsErrors,
        ],
        "Updating a lorebook replaces all but createdAt, counts its revision, and refuses an older one": [
            .ignoresRevisions
        ],
        "A person's lorebooks are counted, and paged in the order of their identifiers": [.pagesInclusively],
        "Attached lorebooks apply to their chat, then those that apply everywhere, each once": [.attachesNothing],
        "An attachment ends with its lorebook and with its chat, and leaves the other": [.deletesAlways],
        "What a chat remembers of lore is kept as it was put last, and goes with the chat": [.forgetsLore],
        "Characters are counted, and memories that are not ended": [.countsEnded],

        "Texts are kept scalar by scalar": [.dropsNul],
        "Texts of memories, summaries and jobs are kept scalar by scalar": [.dropsNul],
        "Times of memories, summaries and jobs are kept in whole milliseconds": [.keepsSeconds],
        "Times are kept in whole milliseconds, rounded to the nearest": [.keepsSeconds],
        "No call finds or changes what is somebody else's, whatever identifiers it is given": [.ignoresThePerson],
        "Lists hold nobody else's things, whatever place they begin at": [.listsEverybody],
        "After any sequence of operations the store shows what a simple model of it shows": [
            .keepsDeleted, .leavesSelection, .countsEachMessage,
        ],
    ]
}
