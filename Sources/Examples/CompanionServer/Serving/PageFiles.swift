internal import CZlib
internal import CompanionCore
internal import Crypto
internal import _CompanionHosting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A file of the page, as it is sent.
struct PageFile: Sendable {
    let bytes: [UInt8]
    /// The same in fewer bytes; nil where it would not be fewer.
    let gzipped: [UInt8]?
    let type: String
    /// A digest of the bytes.
    let tag: String
    /// Whether browsers may show it for a while without asking: pictures and fonts, which seldom change.
    let isSteady: Bool

    init(_ bytes: [UInt8], path: String, compresses: Bool = true) {
        self.bytes = bytes
        let known = Self.types[path.lowercased().split(separator: ".").last.map(String.init) ?? ""]
        type = known?.type ?? "application/octet-stream"
        isSteady = known?.isSteady ?? false
        tag = SHA256.hash(data: Data(bytes)).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let smaller = compresses && known?.isText == true ? gzip(bytes) : nil
        gzipped = smaller.flatMap { $0.count < bytes.count ? $0 : nil }
    }

    private static let types: [String: (type: String, isText: Bool, isSteady: Bool)] = [
        "html": ("text/html; charset=utf-8", true, false), "css": ("text/css; charset=utf-8", true, false),
        "js": ("text/javascript; charset=utf-8", true, false), "mjs": ("text/javascript; charset=utf-8", true, false),
        "json": ("application/json", true, false), "webmanifest": ("application/manifest+json", true, false),
        "txt": ("text/plain; charset=utf-8", true, false), "map": ("application/json", true, false),
        "svg": ("image/svg+xml", true, true), "png": ("image/png", false, true), "jpg": ("image/jpeg", false, true),
        "webp": ("image/webp", false, true), "gif": ("image/gif", false, true), "ico": ("image/x-icon", false, true),
        "woff2": ("font/woff2", false, true), "mp3": ("audio/mpeg", false, true),
    ]
}

/// Nil where zlib fails.
private func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    let status = deflateInit2_(
        &stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, uLong(bytes.count))) + 32)
    let count: Int? = input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = uInt(output.count)
            return deflate(&stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.avail_out) : nil
        }
    }
    return count.map { Array(output[..<$0]) }
}

/// The page's files by their paths, such as `/app/chat.js`.
enum PageFiles {
    /// The largest file, and how many there may be.
    static let maximumBytes = 4 << 20, maximumFiles = 1_000

    /// Those that come with the program.
    static func bundled() throws -> [String: PageFile] {
        guard let home = ProgramFolder.path else { return [:] }
        for folder in [
            "swift-companion_CompanionServer.resources/Page", "swift-companion_CompanionServer.bundle/Page",
            "../share/companion/Page",
        ] where LocalFile(path: "\(home)/\(folder)").isFolder(followsLink: true) == true {
            return try all(in: "\(home)/\(folder)")
        }
        return [:]
    }

    static func all(in folder: String) throws -> [String: PageFile] {
        var files: [String: PageFile] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                LocalFile(path: path).isFolder(followsLink: false) == false
            else { continue }
            guard files.count < maximumFiles else {
                throw CompanionError(.limitExceeded, "The page has more than \(maximumFiles) files.")
            }
            guard let bytes = try LocalFile(path: path).contents(maximumBytes: maximumBytes) else { continue }
            files["/\(name)"] = PageFile(bytes, path: name)
        }
        return files
    }

    /// One file of a folder, as it is now. Nil for what leads out of it.
    static func file(_ path: String, in folder: String) -> PageFile? {
        let parts = path.split(separator: "/")
        guard !parts.contains(where: { $0.hasPrefix(".") }),
            let bytes = try? LocalFile(path: "\(folder)/\(parts.joined(separator: "/"))").contents(
                maximumBytes: maximumBytes)
        else { return nil }
        return PageFile(bytes, path: path, compresses: false)
    }
}
