/// One way in which a relational store can be wrong.
enum Sabotage: Sendable {
    case nothing

    // Transactions.
    case losesCommits, keepsFailedTransactions, ignoresCancellation, writesInReads, dropsWritesInReads
    case appliesWritesLater, tearsCommits, commitsLate

    // People and characters.
    case dropsPersonas, overwritesUsers, dropsUserUpdateTimes, insertsOnUpdate, pagesInclusively
    case dropsUnknownFields, dropsCharacterTimes, swallowsErrors, forgetsRevisions, ignoresRevisions, hidesConflicts

    // Chats.
    case forgetsOrigins, forgetsTitles, deletesAlways, listsBackwards, listsByCreation

    // Messages.
    case dropsUsage, countsEachMessage, renumbers, forgetsDeletedClientIDs, confusesCodes, ignoresLowLimits
    case leavesSelection, updatesNothing, updatesAlways, ignoresTurns, sparesDeletedMessages, clampsSelections
    case overlooksDeletedWriters, keepsDeleted, touchesForNothing, restoresNothing

    // Changes and leases.
    case forgetsEdits, sharesLeases, expiresLate, refusesOwnLeases, ignoresReplacement, renewsForAnybody
    case releasesForAnybody

    // Values and isolation.
    case dropsNul, keepsSeconds, ignoresThePerson, listsEverybody
}
