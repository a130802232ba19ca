internal import CompanionCore
internal import GRDBSQLite
internal import _CompanionSQL

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension SQLValue {
    /// Binds the value as the type that the schema gives to such columns; SQLite's result code.
    func bind(to statement: OpaquePointer, at index: CInt) -> CInt {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let value): sqlite3_bind_int64(statement, index, Int64(value))
        case .real(let value): sqlite3_bind_double(statement, index, value)
        case .text(var value), .json(var value): Self.bind(&value, to: statement, at: index)
        case .bytes(let value): value.withUnsafeBytes { Self.bind($0, to: statement, at: index) }
        case .uuid(let value): withUnsafeBytes(of: value.uuid) { Self.bind($0, to: statement, at: index) }
        case .timestamp(let value): sqlite3_bind_int64(statement, index, value.millisecondsSince1970)
        case .boolean(let value): sqlite3_bind_int64(statement, index, value ? 1 : 0)
        }
    }

    private static func bind(_ text: inout String, to statement: OpaquePointer, at index: CInt) -> CInt {
        text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                // A null pointer would bind NULL.
                guard let start = characters.baseAddress else {
                    return sqlite3_bind_text(statement, index, "", 0, copied)
                }
                return sqlite3_bind_text64(
                    statement, index, start, UInt64(characters.count), copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    private static func bind(_ bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, at index: CInt) -> CInt {
        guard let start = bytes.baseAddress else { return sqlite3_bind_zeroblob(statement, index, 0) }
        return sqlite3_bind_blob64(statement, index, start, UInt64(bytes.count), copied)
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not import: SQLite copies before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
