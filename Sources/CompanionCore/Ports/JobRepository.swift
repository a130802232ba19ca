#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The work that is to be done in the background. For those who run the system: jobs hold identifiers, not people's words.
public protocol JobRepository {
    /// Keeps a waiting job. Where one of the same kind and key waits already, that one stays and only its `runAt` (and
    /// `updatedAt`) is moved to the new job's; one that runs or is dead does not count. A new one begins without attempts,
    /// token, lease and error, whatever the value says.
    ///
    /// - Returns: The identifier of the job that now waits.
    /// - Throws: `conflict` where the identifier exists, `notFound` where the person does not.
    func enqueue(_ job: Job) throws -> Job.ID

    /// Takes the job that has been due for longest (of equal ones the smaller identifier): one that waits with
    /// `runAt` not after `now`, or one that runs and whose lease has expired. It then runs, under this token, until
    /// `expiry`, and `attempts` is one more. No two callers get the same one.
    ///
    /// - Parameter kinds: What the caller can do; nil: everything. An empty list finds nothing.
    func claim(kinds: [Job.Kind]?, token: Job.Token, until expiry: Date, now: Date) throws -> Job?

    /// Moves the end of a running job's lease, expired or not; false where the token does not hold it any more, because
    /// another has claimed it, or it is done.
    func renew(_ id: Job.ID, token: Job.Token, until expiry: Date) throws -> Bool

    /// Deletes a job that is done; false where the token does not hold it any more: then the transaction that holds its
    /// outcome must not be committed.
    func complete(_ id: Job.ID, token: Job.Token) throws -> Bool

    /// Keeps why an attempt failed, and lets the job wait until `retryAt`, or die where that is nil. Where another job of its
    /// kind and key waits already, a job that would wait is deleted instead: that one does its work.
    ///
    /// False where the token does not hold it any more.
    func fail(_ id: Job.ID, token: Job.Token, error: String, retryAt: Date?, now: Date) throws -> Bool

    /// Nil where there is none.
    func job(_ id: Job.ID) throws -> Job?

    /// At most `limit` jobs of that status (nil: of any) with identifiers after `id`, in the order of identifiers.
    func jobs(_ status: Job.Status?, after id: Job.ID?, limit: Int) throws -> [Job]

    /// Lets a dead job wait again from `now` on, with no attempts behind it and its last error kept; false where there is no dead one, or another
    /// of its kind and key waits.
    func revive(_ id: Job.ID, now: Date) throws -> Bool

    /// Deletes a job that does not run; false where there is none.
    func delete(_ id: Job.ID) throws -> Bool

    /// When the next one is due, of those kinds: the least `runAt` of those that wait and end of lease of those that run;
    /// nil where there is none.
    func nextDue(kinds: [Job.Kind]?) throws -> Date?
}
