internal import CPostgres
internal import CompanionCore
internal import _CompanionSQL

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One row of a result in binary format.
struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let row: CInt

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, row, CInt(column)) == 1 }

    func integer(_ column: Int) throws -> Int {
        switch PQftype(result, CInt(column)) {
        case PostgresType.integer64: Int(try load(column, as: Int64.self))
        case PostgresType.integer32: Int(try load(column, as: Int32.self))
        case PostgresType.integer16: Int(try load(column, as: Int16.self))
        case PostgresType.boolean: try load(column, as: UInt8.self) == 0 ? 0 : 1
        default: throw SQLFailure(.corrupt)
        }
    }

    func real(_ column: Int) throws -> Double {
        switch PQftype(result, CInt(column)) {
        case PostgresType.real64: Double(bitPattern: try load(column, as: UInt64.self))
        case PostgresType.real32: Double(Float(bitPattern: try load(column, as: UInt32.self)))
        default: Double(try integer(column))
        }
    }

    func text(_ column: Int) throws -> String {
        guard let text = PostgresText.text(of: try value(column)) else { throw SQLFailure(.corrupt) }
        return text
    }

    func json(_ column: Int) throws -> String {
        guard let text = String(validating: try value(column), as: UTF8.self) else { throw SQLFailure(.corrupt) }
        return text
    }

    func bytes(_ column: Int) throws -> [UInt8] { Array(try value(column)) }

    func uuid(_ column: Int) throws -> UUID {
        let value = UnsafeRawBufferPointer(try value(column, type: PostgresType.uuid))
        guard value.count == 16 else { throw SQLFailure(.corrupt) }
        return UUID(uuid: value.loadUnaligned(as: uuid_t.self))
    }

    func timestamp(_ column: Int) throws -> Date {
        guard PQftype(result, CInt(column)) == PostgresType.timestamp else { throw SQLFailure(.corrupt) }
        return PostgresTime.date(microseconds: try load(column, as: Int64.self))
    }

    func boolean(_ column: Int) throws -> Bool { try integer(column) != 0 }

    private func value(_ column: Int, type: UInt32? = nil) throws -> UnsafeBufferPointer<UInt8> {
        guard !isNull(column), type == nil || PQftype(result, CInt(column)) == type,
            let start = PQgetvalue(result, row, CInt(column))
        else { throw SQLFailure(.corrupt) }
        let count = Int(PQgetlength(result, row, CInt(column)))
        return UnsafeRawBufferPointer(start: start, count: count).assumingMemoryBound(to: UInt8.self)
    }

    private func load<Integer: FixedWidthInteger>(_ column: Int, as type: Integer.Type) throws -> Integer {
        let value = UnsafeRawBufferPointer(try value(column))
        guard value.count == MemoryLayout<Integer>.size else { throw SQLFailure(.corrupt) }
        return Integer(bigEndian: value.loadUnaligned(as: Integer.self))
    }
}
