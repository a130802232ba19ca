import CompanionCore
import CompanionJWT
import Testing

struct ScryptPasswordHasherTests {
    private let cheap = ScryptPasswordHasher(cost: .init(logarithmOfRounds: 4))

    @Test("A password is right against its own hash, which is another one each time")
    func checks() async throws {
        let (first, second) = try await (cheap.hash("correct horse"), cheap.hash("correct horse"))
        #expect(first != second)
        #expect(first.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try await cheap.check("correct horse", against: first) == .right)
        #expect(try await cheap.check("correct horsf", against: first) == .wrong)
        #expect(try await cheap.check("", against: first) == .wrong)
    }

    @Test("A hash of another cost is read, and told to be outdated")
    func outdated() async throws {
        let old = try await cheap.hash("correct horse")
        let dear = ScryptPasswordHasher(cost: .init(logarithmOfRounds: 5))
        #expect(try await dear.check("correct horse", against: old) == .rightButOutdated)
        #expect(try await dear.check("wrong horse", against: old) == .wrong)
    }

    @Test("A hash made by OpenSSL's scrypt is right")
    func foreign() async throws {
        #expect(try await cheap.check("pleaseletmein", against: Self.foreignHash) == .right)
    }

    @Test(
        "What is no hash, or asks for more than is bearable, is corrupted",
        arguments: ["", "$scrypt$", "$scrypt$ln=4,r=8,p=1$$", "$scrypt$ln=60,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA"])
    func corrupted(_ hash: String) async {
        await #expect { try await cheap.check("x", against: hash) } throws: {
            ($0 as? CompanionError)?.code == .corrupted
        }
    }

    @Test("As many as are let in at a time finish, and the others after them")
    func takesTurns() async throws {
        let hasher = ScryptPasswordHasher(cost: .init(logarithmOfRounds: 4), maximumConcurrent: 1)
        let hashes = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<20 { group.addTask { try await hasher.hash("password \(index)") } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(hashes.count == 20)
    }

    /// Python's hashlib.scrypt, which is OpenSSL's: salt "0123456789abcdef", n=16, r=8, p=1.
    private static let foreignHash =
        "$scrypt$ln=4,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$aQWrBdLJrbGXrDwoGLimz8LtQU7l+XRn++Sx19Z/80Y"
}
