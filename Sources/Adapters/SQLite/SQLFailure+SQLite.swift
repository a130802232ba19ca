internal import GRDB
internal import _CompanionSQL

extension SQLFailure {
    init(_ error: DatabaseError) {
        let kind: Kind =
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: .unique
            case .SQLITE_CONSTRAINT_FOREIGNKEY: .foreignKey
            default:
                switch error.resultCode {
                case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH: .check
                case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
                case .SQLITE_FULL: .full
                case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .corrupt
                case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .readOnly
                case .SQLITE_INTERRUPT: .interrupted
                case .SQLITE_CANTOPEN, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_NOLFS, .SQLITE_PROTOCOL: .unavailable
                default: .other
                }
            }
        self.init(kind, underlying: error)
    }
}
