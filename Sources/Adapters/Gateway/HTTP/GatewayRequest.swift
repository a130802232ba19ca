internal import CompanionCore
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A request as a route's handler sees it: read, bounded, and of somebody known.
struct GatewayRequest: Sendable {
    var method: HTTPRequest.Method
    var path: String
    var headers: HTTPFields
    var parameters: [String: String]
    var query: QueryItems
    var body: [UInt8]
    /// Who asks; nil where the route is for everybody and nobody said.
    var claims: AccessClaims?
    /// The network address that it comes from, behind trusted proxies.
    var origin: String
    /// The scheme and host that the client used.
    var base: String
    var isSecure: Bool
    var id: String
    var logger: Logger

    /// Who asks; on routes that are not for everybody.
    var user: User.ID {
        get throws(CompanionError) { try person.user }
    }

    var person: AccessClaims {
        get throws(CompanionError) {
            guard let claims else {
                throw CompanionError(.unauthenticated, "Sign in, and send the access token as a bearer token.")
            }
            return claims
        }
    }

    /// The identifier in the path.
    func id<Entity>(_ name: String = "id", of _: Entity.Type = Entity.self) throws(CompanionError) -> Identifier<Entity>
    {
        guard let id = parameters[name].flatMap(Identifier<Entity>.init) else {
            throw CompanionError(.notFound, "There is nothing of that name.")
        }
        return id
    }

    /// The body as a JSON object; an empty one where there is none.
    func object() throws -> JSONMembers {
        guard !body.isEmpty else { return JSONMembers([:]) }
        guard let object = try JSONValue(parsing: body, limits: JSONLimits(depth: 64, bytes: body.count)).object else {
            throw CompanionError(.invalidInput, "The body must be a JSON object.")
        }
        return JSONMembers(object)
    }

    func cookie(_ name: String) -> String? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingPrefix(while: { $0 == " " }) == name { return String(parts[1]) }
            }
        }
        return nil
    }

    func limit(_ standard: Int = 50) throws(CompanionError) -> Int {
        guard let text = query["limit"] else { return standard }
        guard let limit = Int(text), (1...100).contains(limit) else {
            throw CompanionError(.invalidInput, "`limit` is 1 to 100.")
        }
        return limit
    }

    func optionalID<Entity>(_ name: String, of _: Entity.Type = Entity.self) throws(CompanionError) -> Identifier<
        Entity
    >? {
        guard let text = query[name] else { return nil }
        guard let id = Identifier<Entity>(text) else {
            throw CompanionError(.invalidInput, "`\(name)` is not an identifier.")
        }
        return id
    }

    /// Throws 412 where the client has seen another version of what it changes.
    func requireMatch(_ tag: String) throws {
        guard let wanted = headers[.ifMatch], wanted != "*" else { return }
        guard wanted.split(separator: ",").contains(where: { $0.trimmingPrefix(while: { $0 == " " }) == "\"\(tag)\"" })
        else {
            throw ProblemError(.preconditionFailed, "conflict", "It was changed meanwhile: read it again, then decide.")
        }
    }
}

/// The query of an address, decoded.
struct QueryItems: Sendable {
    private var items: [String: String] = [:]

    init(_ query: String?) {
        for pair in (query ?? "").split(separator: "&").prefix(64) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]) else { continue }
            items[name] = parts.count > 1 ? Self.decoded(parts[1]) : ""
        }
    }

    subscript(name: String) -> String? { items[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Nil where the escapes or the text are not well-formed.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case 0x2B: bytes.append(0x20)
            case 0x25:
                guard let value = UInt8(rest.prefix(2).map { String(UnicodeScalar($0)) }.joined(), radix: 16),
                    rest.count >= 2
                else { return nil }
                bytes.append(value)
                rest.removeFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// The members of a body, read with errors that name them.
struct JSONMembers: Sendable {
    let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    func has(_ name: String) -> Bool { object[name].map { !$0.isNull } ?? false }

    func string(_ name: String) throws(CompanionError) -> String {
        guard let value = try optionalString(name) else {
            throw CompanionError(.invalidInput, "`\(name)` is missing: it must be a string.")
        }
        return value
    }

    func optionalString(_ name: String) throws(CompanionError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let string = value.string else { throw CompanionError(.invalidInput, "`\(name)` must be a string.") }
        return string
    }

    func optionalInt(_ name: String) throws(CompanionError) -> Int? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let integer = value.integer else {
            throw CompanionError(.invalidInput, "`\(name)` must be a whole number.")
        }
        return integer
    }

    func optionalDouble(_ name: String) throws(CompanionError) -> Double? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let double = value.double else { throw CompanionError(.invalidInput, "`\(name)` must be a number.") }
        return double
    }

    func optionalBool(_ name: String) throws(CompanionError) -> Bool? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let bool = value.bool else { throw CompanionError(.invalidInput, "`\(name)` must be true or false.") }
        return bool
    }

    func optionalID<Entity>(_ name: String, of _: Entity.Type = Entity.self) throws(CompanionError) -> Identifier<
        Entity
    >? {
        guard let text = try optionalString(name) else { return nil }
        guard let id = Identifier<Entity>(text) else {
            throw CompanionError(.invalidInput, "`\(name)` is not an identifier.")
        }
        return id
    }

    func id<Entity>(_ name: String, of _: Entity.Type = Entity.self) throws(CompanionError) -> Identifier<Entity> {
        guard let id = try optionalID(name, of: Entity.self) else {
            throw CompanionError(.invalidInput, "`\(name)` is missing: it must be an identifier.")
        }
        return id
    }

    func members(_ name: String) throws(CompanionError) -> JSONMembers? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let object = value.object else { throw CompanionError(.invalidInput, "`\(name)` must be an object.") }
        return JSONMembers(object)
    }
}
