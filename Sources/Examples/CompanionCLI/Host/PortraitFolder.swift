internal import CompanionCore
internal import _CompanionHosting

/// The pictures of characters, as they came with their cards: one PNG file for each, readable by its owner only.
struct PortraitFolder: Sendable {
    /// The largest picture that is kept, in bytes.
    static let maximumBytes = 64 << 20

    let path: String

    /// The character's picture; nil where it came with none.
    func portrait(of character: CompanionCharacter.ID) throws -> [UInt8]? {
        try file(of: character).contents(maximumBytes: Self.maximumBytes)
    }

    func has(_ character: CompanionCharacter.ID) throws -> Bool {
        file(of: character).isFolder(followsLink: false) == false
    }

    func keep(_ image: [UInt8], of character: CompanionCharacter.ID) throws {
        try LocalFolder(path: path).create()
        try file(of: character).replace(with: image, isPrivate: true)
    }

    func forget(_ character: CompanionCharacter.ID) throws { try file(of: character).remove() }

    private func file(of character: CompanionCharacter.ID) -> LocalFile { LocalFile(path: "\(path)/\(character).png") }
}
