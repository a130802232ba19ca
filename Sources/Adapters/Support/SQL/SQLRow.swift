package import CompanionCore

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One row of a result; columns count from 0.
///
/// The getters throw ``SQLFailure`` of kind `corrupt` where a column does not hold what was asked for.
package protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    func integer(_ column: Int) throws -> Int
    func real(_ column: Int) throws -> Double
    func text(_ column: Int) throws -> String
    func bytes(_ column: Int) throws -> [UInt8]
    func uuid(_ column: Int) throws -> UUID
    func timestamp(_ column: Int) throws -> Date
    func boolean(_ column: Int) throws -> Bool
    func json(_ column: Int) throws -> String
}

extension SQLRow {
    package func id<Entity>(_ column: Int) throws -> Identifier<Entity> { Identifier(try uuid(column)) }

    package func idIfAny<Entity>(_ column: Int) throws -> Identifier<Entity>? {
        isNull(column) ? nil : try id(column)
    }

    package func timestampIfAny(_ column: Int) throws -> Date? { isNull(column) ? nil : try timestamp(column) }

    package func textIfAny(_ column: Int) throws -> String? { isNull(column) ? nil : try text(column) }
}
