internal import CompanionCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// What people have subscribed to, and used.
final class SubscriptionTables {
    typealias Key = Tables.Owned<Turn.ID>

    /// In the order of days, then of the models' names, byte by byte.
    struct UsageKey: Hashable, Comparable {
        var day: CalendarDay
        var model: String

        static func < (left: Self, right: Self) -> Bool {
            left.day == right.day
                ? left.model.utf8.lexicographicallyPrecedes(right.model.utf8) : left.day < right.day
        }

        // Names that look alike may have different scalars.
        static func == (left: Self, right: Self) -> Bool {
            left.day == right.day && left.model.utf8.elementsEqual(right.model.utf8)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(day) }
    }

    struct Expiry: Comparable {
        var expiresAt: Date
        var key: Key

        static func < (left: Self, right: Self) -> Bool {
            (left.expiresAt, left.key.user, left.key.id) < (right.expiresAt, right.key.user, right.key.id)
        }
    }

    let subscriptions: Table<User.ID, Subscription>
    let reservations: Table<Key, QuotaReservation>
    let reservationIDs: OrderedIndex<User.ID, Turn.ID>
    let held: OrderedIndex<User.ID, Turn.ID>
    let expiries: OrderedIndex<Tables.All, Expiry>
    let usage: Table<Tables.Owned<UsageKey>, UsageAmount>
    let usageKeys: OrderedIndex<User.ID, UsageKey>

    init(journal: Journal) {
        subscriptions = .init(journal: journal)
        reservations = .init(journal: journal)
        reservationIDs = .init(journal: journal)
        held = .init(journal: journal)
        expiries = .init(journal: journal)
        usage = .init(journal: journal)
        usageKeys = .init(journal: journal)
    }

    /// Puts a reservation in the place of another, and keeps the indexes.
    func replace(_ old: QuotaReservation?, with new: QuotaReservation?) {
        if let old {
            let key = Key(user: old.user, id: old.turn)
            reservations[key] = nil
            reservationIDs.remove(old.turn, from: old.user)
            held.remove(old.turn, from: old.user)
            expiries.remove(Expiry(expiresAt: old.expiresAt, key: key), from: .all)
        }
        guard var new else { return }
        new.expiresAt = new.expiresAt.wholeMilliseconds
        let key = Key(user: new.user, id: new.turn)
        reservations[key] = new
        reservationIDs.insert(new.turn, in: new.user)
        if new.state == .held { held.insert(new.turn, in: new.user) }
        expiries.insert(Expiry(expiresAt: new.expiresAt, key: key), in: .all)
    }

    /// Deletes some of what is a person's.
    func erase(_ user: User.ID, limit: Int) {
        for turn in reservationIDs.first(limit, in: user, after: nil) {
            replace(reservations[Key(user: user, id: turn)], with: nil)
        }
        for key in usageKeys.first(limit, in: user, after: nil) {
            usage[Tables.Owned(user: user, id: key)] = nil
            usageKeys.remove(key, from: user)
        }
        subscriptions[user] = nil
    }

    /// How many records of each kind a person has.
    func traces(of user: User.ID) -> [String: Int] {
        [
            "quota_reservations": reservationIDs.elements(in: user).count,
            "usage_days": usageKeys.elements(in: user).count,
            "subscriptions": subscriptions[user] == nil ? 0 : 1,
        ]
    }
}
