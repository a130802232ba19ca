extension CompanionContext {
    /// Where something is kept about people besides the relational store.
    var personalDataParts: [any PersonalDataPart] {
        var parts: [any PersonalDataPart] = [MemoryOfProcess(context: self)]
        if let vectorStore { parts.append(VectorPart(vectors: vectorStore)) }
        if let blobStore { parts.append(BlobPart(blobs: blobStore)) }
        return parts + morePersonalData
    }
}

/// The vectors of all spaces, also of models that are not used any more.
private struct VectorPart: PersonalDataPart {
    let vectors: any VectorStore
    var name: String { "vectors" }

    func eraseSome(of user: User.ID) async throws -> Int {
        var count = 0
        for space in try await vectors.spaces(of: user) {
            let namespace = VectorNamespace(user: user, space: space)
            count += try await self.count(in: namespace)
            try await vectors.deleteAll(in: namespace)
        }
        return count
    }

    func remains(of user: User.ID) async throws -> Int {
        var count = 0
        for space in try await vectors.spaces(of: user) {
            count += try await self.count(in: VectorNamespace(user: user, space: space))
        }
        return count
    }

    private func count(in namespace: VectorNamespace) async throws -> Int {
        var count = 0
        var last: String?
        while true {
            let page = try await vectors.ids(in: namespace, after: last, limit: 1_000)
            count += page.count
            guard page.count == 1_000 else { return count }
            last = page.last
        }
    }
}

private struct BlobPart: PersonalDataPart {
    let blobs: any BlobStore
    var name: String { "blobs" }

    func eraseSome(of user: User.ID) async throws -> Int { try await blobs.deleteSome(in: .user(user), limit: 1_000) }

    func remains(of user: User.ID) async throws -> Int {
        var count = 0
        var last: BlobKey?
        while true {
            let page = try await blobs.list(in: .user(user), prefix: "", after: last, limit: 1_000)
            count += page.count
            guard page.count == 1_000 else { return count }
            last = page.last?.key
        }
    }
}

/// What this process has in mind of people, so that it need not read it again.
private struct MemoryOfProcess: PersonalDataPart {
    let context: CompanionContext
    var name: String { "caches" }

    func eraseSome(of user: User.ID) async throws -> Int {
        _ = context.memoryIndex?.progress.take(user)
        return context.histories.removeAll(of: user) + context.lore.removeAll(of: user)
            + context.recallService.shelves.removeAll(of: user) + context.rows.removeAll(of: user)
    }

    func remains(of user: User.ID) async throws -> Int {
        context.histories.count(of: user) + context.lore.count(of: user)
            + context.recallService.shelves.count(of: user) + context.rows.count(of: user)
    }
}
