package import CompanionCore

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A value on its way into a statement, bound by each adapter to its database's own type.
package enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case bytes([UInt8])
    case uuid(UUID)
    /// Kept in whole milliseconds.
    case timestamp(Date)
    case boolean(Bool)
    /// JSON text, kept character by character.
    case json(String)

    package static func id<Entity>(_ id: Identifier<Entity>) -> SQLValue { .uuid(id.uuid) }
    package static func id<Entity>(_ id: Identifier<Entity>?) -> SQLValue { id.map { .uuid($0.uuid) } ?? .null }
    package static func integer(_ value: Int?) -> SQLValue { value.map { .integer($0) } ?? .null }
    package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
    package static func timestamp(_ value: Date?) -> SQLValue { value.map { .timestamp($0) } ?? .null }
    package static func boolean(_ value: Bool?) -> SQLValue { value.map { .boolean($0) } ?? .null }
}
