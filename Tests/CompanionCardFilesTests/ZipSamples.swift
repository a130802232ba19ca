import CZlib

@testable import CompanionCardFiles

/// Zip archives made field by field, right ones and wrong ones.
struct ZipSample {
    struct File {
        var path: [UInt8]
        var content: [UInt8]
        var isDeflated = false
        var flags = 0
        var method: Int?
        var size: Int?
        var checksum: UInt32?
        var offset: Int?

        init(_ path: String, _ content: String) {
            self.path = Array(path.utf8)
            self.content = Array(content.utf8)
        }
    }

    var files: [File]
    var prefix: [UInt8] = []
    var comment: [UInt8] = []
    /// Whether offsets count from the file's start, with what stands in front.
    var countsPrefix = false
    var count: Int?
    /// Whether numbers stand where those of the 64-bit kind do.
    var isLarge = false

    var bytes: [UInt8] {
        var body: [UInt8] = []
        var directory: [UInt8] = []
        let start = countsPrefix ? prefix.count : 0
        for file in files {
            let data = file.isDeflated ? (try? deflate(file.content)) ?? [] : file.content
            let common =
                number(20, 2) + number(file.flags, 2) + number(file.method ?? (file.isDeflated ? 8 : 0), 2)
                + number(0, 4)
                + number(Int(file.checksum ?? zipChecksum(file.content)), 4) + number(data.count, 4)
                + number(file.size ?? file.content.count, 4) + number(file.path.count, 2) + number(0, 2)
            let place = file.offset ?? start + body.count
            if isLarge {
                let extra =
                    number(1, 2) + number(24, 2) + [file.content.count, data.count, place].flatMap { number($0, 8) }
                directory += number(0x0201_4B50, 4) + number(45, 2) + common[..<14] + number(0xFFFF_FFFF, 4)
                directory +=
                    number(0xFFFF_FFFF, 4) + number(file.path.count, 2) + number(extra.count, 2) + number(0, 10)
                directory += number(0xFFFF_FFFF, 4) + file.path + extra
            } else {
                directory +=
                    number(0x0201_4B50, 4) + number(20, 2) + common + number(0, 10) + number(place, 4) + file.path
            }
            body += number(0x0403_4B50, 4) + common + file.path + data
        }
        if isLarge {
            let record =
                number(0x0606_4B50, 4) + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
                + number(files.count, 8) + number(files.count, 8) + number(directory.count, 8)
                + number(start + body.count, 8)
            let locator =
                number(0x0706_4B50, 4) + number(0, 4) + number(start + body.count + directory.count, 8) + number(1, 4)
            let end = number(0x0605_4B50, 4) + number(0, 4) + number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4)
            return prefix + body + directory + record + locator + end + number(0xFFFF_FFFF, 4) + number(0, 2)
        }
        let end =
            number(0x0605_4B50, 4) + number(0, 4) + number(count ?? files.count, 2) + number(count ?? files.count, 2)
            + number(directory.count, 4) + number(start + body.count, 4) + number(comment.count, 2)
        return prefix + body + directory + end + comment
    }

    private func number(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> ($0 * 8)) : 0 }
    }
}
