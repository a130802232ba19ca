internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension Tables {
    /// What names the work of a job, byte by byte.
    struct JobKey: Hashable {
        private var kind: Job.Kind
        private var key: [UInt8]

        init(_ job: Job) {
            kind = job.kind
            key = Array(job.key.utf8)
        }
    }

    enum JobList: Hashable {
        case all
        case status(Job.Status)
    }

    enum JobQueue: Hashable {
        case all
        case kind(Job.Kind)
    }

    struct DueJob: Comparable {
        var at: Date
        var id: Job.ID

        static func < (left: Self, right: Self) -> Bool {
            left.at == right.at ? left.id < right.id : left.at < right.at
        }
    }

    /// Replaces a job, or nothing, with another of the same kind and key, or nothing, and keeps its places in the indexes.
    func replace(_ old: Job?, with new: Job?) {
        if let old, new == nil {
            jobs[old.id] = nil
            jobIDs.remove(old.id, from: .all)
        }
        if let new {
            jobs[new.id] = new
            if old == nil { jobIDs.insert(new.id, in: .all) }
        }
        if let old {
            jobIDs.remove(old.id, from: .status(old.status))
            if old.status == .waiting { waitingJobs[JobKey(old)] = nil }
            if let due = old.due {
                dueJobs.remove(due, from: .all)
                dueJobs.remove(due, from: .kind(old.kind))
            }
        }
        if let new {
            jobIDs.insert(new.id, in: .status(new.status))
            if new.status == .waiting { waitingJobs[JobKey(new)] = new.id }
            if let due = new.due {
                dueJobs.insert(due, in: .all)
                dueJobs.insert(due, in: .kind(new.kind))
            }
        }
    }
}

extension Job {
    /// When somebody may take it; nil where nobody may any more.
    fileprivate var due: Tables.DueJob? {
        switch status {
        case .waiting: .init(at: runAt, id: id)
        case .running: leaseExpiresAt.map { .init(at: $0, id: id) }
        case .dead: nil
        }
    }
}
