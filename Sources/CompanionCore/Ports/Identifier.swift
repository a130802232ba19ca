#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The identity of an `Entity`: a UUID that can't be mistaken for another entity's.
///
/// New ones come from ``IdentifierGenerator`` and are ordered by time (UUID version 7, RFC 9562).
public struct Identifier<Entity>: Hashable, Sendable {
    public let uuid: UUID
    public init(_ uuid: UUID) { self.uuid = uuid }
}

extension Identifier: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        withUnsafeBytes(of: left.uuid.uuid) { a in
            withUnsafeBytes(of: right.uuid.uuid) { b in a.lexicographicallyPrecedes(b) }
        }
    }
}

extension Identifier: LosslessStringConvertible, Codable {
    /// Lower-case hexadecimal with hyphens, 36 characters.
    public var description: String { uuid.uuidString.lowercased() }

    public init?(_ description: String) {
        guard let uuid = UUID(uuidString: description) else { return nil }
        self.uuid = uuid
    }

    public init(from decoder: any Decoder) throws { uuid = try UUID(from: decoder) }
    public func encode(to encoder: any Encoder) throws { try description.encode(to: encoder) }
}
