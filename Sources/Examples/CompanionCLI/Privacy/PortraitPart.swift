internal import CompanionCore

/// The pictures of somebody's characters, which the program keeps beside the database.
struct PortraitPart: PersonalDataPart {
    let portraits: PortraitFolder
    let store: any RelationalStore
    var name: String { "portraits" }

    func eraseSome(of user: User.ID) async throws -> Int {
        let found = try await portraits(of: user)
        for character in found { try portraits.forget(character) }
        return found.count
    }

    func remains(of user: User.ID) async throws -> Int { try await portraits(of: user).count }

    private func portraits(of user: User.ID) async throws -> [CompanionCharacter.ID] {
        var (found, last): ([CompanionCharacter.ID], CompanionCharacter.ID?) = ([], nil)
        while true {
            let page = try await store.read { [last] in
                try $0.characters.characters(of: user, after: last, limit: 500).map(\.id)
            }
            found += try page.filter { try portraits.has($0) }
            guard page.count == 500 else { return found }
            last = page.last
        }
    }
}
