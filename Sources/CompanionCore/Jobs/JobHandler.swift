/// Does the work of one kind of job.
///
/// Work that writes completes its job in the same transaction: where ``JobClaim/complete(in:)`` throws, somebody else does
/// it meanwhile, and nothing of the transaction may be kept. Work that is harmless to do twice may leave that to the worker.
struct JobHandler: Sendable {
    var kind: Job.Kind
    var perform: @Sendable (JobClaim) async throws -> Void
}

/// A job that somebody works on.
struct JobClaim: Sendable {
    var job: Job
    var token: Job.Token

    /// Deletes the job, as done, in the transaction that keeps its outcome. Throws `leaseLost` where it is another's.
    func complete(in transaction: any StoreTransaction) throws {
        guard try transaction.jobs.complete(job.id, token: token) else {
            throw CompanionError(.leaseLost, "Somebody else works on the job '\(job.kind)' now.", retry: .never)
        }
    }
}

extension Job.Kind {
    /// Reads a chat's messages for memories; the key is the chat.
    static let extraction = Job.Kind("memory.extract")
    /// Brings the index in line with one person's memories; the key is the person.
    static let indexing = Job.Kind("memory.index")
    /// Sums up what no longer fits a chat's prompt; the key is the chat.
    static let summary = Job.Kind("memory.summarise")
    /// Sends a person a mail about their account; the payload is its kind.
    static let accountMail = Job.Kind("account.mail")
}
