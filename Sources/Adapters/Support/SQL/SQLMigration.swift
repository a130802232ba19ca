/// One step of the schema, never changed once it was released.
package struct SQLMigration: Sendable {
    /// Counts from 1, without gaps.
    package let version: Int
    package let name: String
    /// The step for all databases, in the words of ``SQLDialect/script(from:)``.
    package let template: String

    package init(version: Int, name: String, template: String) {
        self.version = version
        self.name = name
        self.template = template
    }

    /// FNV-1a of the template, 64 bits in hexadecimal: shows that a database was made by another history than ours.
    package var checksum: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in template.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
