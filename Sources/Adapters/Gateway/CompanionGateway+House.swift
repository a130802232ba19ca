internal import CompanionCore

extension CompanionGateway {
    /// Publishes characters of the house's own, so that the first people find somebody to talk to.
    ///
    /// Does nothing where there are other people already; what an earlier start did not come to is made up for. Of several
    /// instances that begin at the same time one does it, where they share a cache.
    ///
    /// - Parameters:
    ///   - characters: Cards that are fit to be shown, with their pictures.
    ///   - author: The name of the account that they belong to.
    public func publishHouseCharacters(_ characters: [CardFileCodec.Contents], by author: String) async throws {
        let people = try await companion.accounts.users(limit: 2)
        guard people.count < 2, people.first.map({ $0.name == author }) ?? true else { return }
        if let cache {
            let isFirst = try await cache.setIfAbsent(
                [1], for: "house", in: .shared("characters"), expiringAfter: .seconds(60))
            guard isFirst else { return }
        }
        let house = if let house = people.first { house } else { try await companion.accounts.register(name: author) }
        let published = try await companion.catalog.entries(by: house.id).compactMap { $0.published?.card.name }
        for contents in characters where !published.contains(contents.card.name) {
            var card = contents.card
            try await keep(contents.image, in: &card, of: house.id)
            let character = try await companion.characters.add(card, by: house.id)
            let entry = try await companion.catalog.publish(character.id, by: house.id)
            if let card = entry.published?.card { try await share(card, of: house.id) }
        }
    }
}
