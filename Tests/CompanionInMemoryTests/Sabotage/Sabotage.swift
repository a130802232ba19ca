/// One way in which a relational store can be wrong.
enum Sabotage: Sendable {
    case nothing

    // Transactions.
    case losesCommits, keepsFailedTransactions, ignoresCancellation, writesInReads, dropsWritesInReads
    case appliesWritesLater, tearsCommits, commitsLate

    // People and characters.
    case dropsPersonas, overwritesUsers, dropsUserUpdateTimes, dropsPreferences, insertsOnUpdate, pagesInclusively
    case dropsUnknownFields, dropsCharacterTimes, swallowsErrors, forgetsRevisions, ignoresRevisions, hidesConflicts

    // Chats.
    case forgetsOrigins, forgetsTitles, deletesAlways, listsBackwards, listsByCreation, mixesCharacters

    // Messages.
    case dropsUsage, countsEachMessage, renumbers, forgetsDeletedClientIDs, confusesCodes, ignoresLowLimits
    case leavesSelection, updatesNothing, updatesAlways, ignoresTurns, sparesDeletedMessages, clampsSelections
    case overlooksDeletedWriters, keepsDeleted, touchesForNothing, restoresNothing

    // Changes and leases.
    case forgetsEdits, sharesLeases, expiresLate, refusesOwnLeases, ignoresReplacement, renewsForAnybody
    case releasesForAnybody

    // Memories and what belongs to them.
    case dropsSources, keepsOldSources, hidesInvalidMemories, findsFirstSourcesOnly, forgetsSuccessors
    case countsMemoriesOnly, dropsFingerprints, replaysEverything, forgetsDeletedChanges, skipsWithinRevisions
    case movesCursorsAnyway, opensWhatIsNotCovered, countsWhatWasNotOpen, keepsFirstSummaries, outlivesChats

    // Jobs.
    case enqueuesTwice, leavesRunTimes, waitsForRunningJobs, dropsPayloads, claimsEarly, claimsAnyKind, sharesJobs
    case claimsTheSecond, ignoresTokens, neverGivesUp, forgetsFailures, keepsReplacedJobs, revivesNothing
    case overlooksRunningJobs

    // Accounts.
    case dropsPasswordHashes, forgetsLinkTimes, keepsTakenTokens, endsAnybodysSessions, expiresNothing

    // Values and isolation.
    case dropsNul, keepsSeconds, ignoresThePerson, listsEverybody

    // Erasures.
    case erasesNothing, neverFinishes, claimsDeletions

    // Subscriptions.
    case dropsOverrides, subscribesNobody, settlesNothing, holdsEverything, deletesAnyReservation, usesBelowZero
    case countsEnded

    // The catalog.
    case letsAnybodyReplace, findsAnyTerm, addsStarsTwice, showsRefused, forgetsCopies

    // Lorebooks.
    case attachesNothing, forgetsLore

    // Versions of characters.
    case keepsNoVersions, movesAnywhere, keepsAllVersions

    // Moderation.
    case forgetsCrises, remembersNobody, dropsReasons, mixesActions, deletesAnyDecision, overwritesNumbers
}
