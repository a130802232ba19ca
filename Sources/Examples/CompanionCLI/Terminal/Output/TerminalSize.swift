#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A terminal's width and height in characters.
struct TerminalSize: Sendable, Hashable {
    var columns: Int
    var rows: Int

    /// What is assumed where nobody knows.
    static let standard = TerminalSize(columns: 80, rows: 24)

    /// The size of the terminal behind `descriptor` at this moment; nil if there is none or it does not say.
    static func current(of descriptor: Int32) -> TerminalSize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}
