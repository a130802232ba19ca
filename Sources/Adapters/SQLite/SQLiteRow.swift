internal import CompanionCore
internal import GRDBSQLite
internal import _CompanionSQL

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The row that a statement stands on. The schema's strict tables keep the types.
struct SQLiteRow: SQLRow {
    let handle: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }
    func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, CInt(column))) }
    func real(_ column: Int) -> Double { sqlite3_column_double(handle, CInt(column)) }
    func boolean(_ column: Int) -> Bool { integer(column) != 0 }
    func json(_ column: Int) throws -> String { try text(column) }

    func timestamp(_ column: Int) -> Date {
        Date(millisecondsSince1970: sqlite3_column_int64(handle, CInt(column)))
    }

    func text(_ column: Int) throws -> String {
        guard let start = sqlite3_column_text(handle, CInt(column)) else { throw SQLFailure(.corrupt) }
        let count = Int(sqlite3_column_bytes(handle, CInt(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) -> [UInt8] {
        // Null for an empty blob.
        guard let start = sqlite3_column_blob(handle, CInt(column)) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, CInt(column)))))
    }

    func uuid(_ column: Int) throws -> UUID {
        guard let start = sqlite3_column_blob(handle, CInt(column)),
            sqlite3_column_bytes(handle, CInt(column)) == 16
        else { throw SQLFailure(.corrupt) }
        return UUID(uuid: start.loadUnaligned(as: uuid_t.self))
    }
}
