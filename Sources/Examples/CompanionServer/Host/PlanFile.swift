internal import CompanionCore
internal import _CompanionHosting

/// Tiers as a host writes them:
///
/// ```json
/// {"tiers": [{"name": "free", "title": "Free", "limits": {"messagesPerDay": 30,
///     "rates": [{"name": "turns", "count": 10, "seconds": 60, "burst": 5}]}}], "graceDays": 3}
/// ```
enum PlanFile {
    /// Throws `invalidInput`, which names what is wrong and where.
    static func read(_ path: String) throws -> (tiers: [Tier], grace: Duration?) {
        guard let bytes = try LocalFile(path: path).contents(maximumBytes: 1 << 20) else {
            throw CompanionError(.invalidInput, "There is no file \(path): correct --plan.")
        }
        do {
            return try parse(bytes)
        } catch let error as CompanionError {
            throw CompanionError(.invalidInput, "The plan in \(path) can't be read: \(error.message)")
        }
    }

    static func parse(_ bytes: [UInt8]) throws -> (tiers: [Tier], grace: Duration?) {
        let document = try JSONValue(parsing: bytes, limits: JSONLimits(depth: 8))
        guard let object = document.object, let list = object["tiers"]?.array else {
            throw fault("it is no object with \"tiers\"")
        }
        try check(object, ["tiers", "graceDays"], "the plan")
        var grace: Duration?
        if let value = object["graceDays"] {
            guard let days = value.integer, (0...366).contains(days) else { throw fault("\"graceDays\" is 0 to 366") }
            grace = .seconds(days * 86_400)
        }
        return (try list.map(tier), grace)
    }

    private static func tier(_ value: JSONValue) throws -> Tier {
        guard let object = value.object, let name = object["name"]?.string else { throw fault("a tier has a \"name\"") }
        try check(object, ["name", "title", "limits"], "the tier \(name)")
        var limits = TierLimits()
        if let object = object["limits"]?.object {
            try check(object, LimitKind.allCases.map(\.rawValue) + ["models", "rates"], "the limits of \(name)")
            for kind in LimitKind.allCases {
                guard let value = object[kind.rawValue], !value.isNull else { continue }
                guard let number = value.integer else {
                    throw fault("\"\(kind.rawValue)\" of \(name) is a whole number")
                }
                limits[kind] = number
            }
            if let models = object["models"], !models.isNull {
                let names = models.array?.map(\.string) ?? [nil]
                guard !names.contains(nil) else { throw fault("\"models\" of \(name) is a list of names") }
                limits.models = names.compactMap(\.self)
            }
            if let rates = object["rates"], !rates.isNull {
                guard let rates = rates.array else { throw fault("\"rates\" of \(name) is a list") }
                limits.rates = try rates.map { try rate($0, of: name) }
            }
        } else if let limits = object["limits"], !limits.isNull {
            throw fault("\"limits\" of \(name) is an object")
        }
        return Tier(name, title: object["title"]?.string ?? name, limits: limits)
    }

    private static func rate(_ value: JSONValue, of tier: String) throws -> RateLimit {
        guard let object = value.object, let name = object["name"]?.string, let count = object["count"]?.integer,
            let seconds = object["seconds"]?.integer, (1...31_622_400).contains(seconds)
        else { throw fault("a rate of \(tier) has \"name\", \"count\" and \"seconds\"") }
        try check(object, ["name", "count", "seconds", "burst"], "the rate \(name) of \(tier)")
        if let burst = object["burst"], burst.integer == nil { throw fault("\"burst\" of \(name) is a whole number") }
        return RateLimit(name, count: count, per: .seconds(seconds), burst: object["burst"]?.integer)
    }

    private static func check(_ object: JSONObject, _ known: [String], _ place: String) throws {
        for key in object.keys where !known.contains(key) { throw fault("\"\(key)\" means nothing in \(place)") }
    }

    private static func fault(_ message: String) -> CompanionError {
        CompanionError(.invalidInput, "\(message).")
    }
}
