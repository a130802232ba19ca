#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The program's three standard streams, and what they are.
struct Terminal: Sendable {
    /// The descriptor that is read.
    let input: Int32
    let output: TerminalOutput
    let errors: TerminalOutput
    let isInputTerminal: Bool
    let isOutputTerminal: Bool
    let isErrorTerminal: Bool
    /// Whether the terminal knows escape sequences.
    let knowsEscapes: Bool
    /// The colours of `output`.
    let palette: Palette
    /// The colours of `errors`.
    let errorPalette: Palette

    private let fallbackSize: TerminalSize

    /// - Parameter environment: `NO_COLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR`, `CLICOLOR`, `TERM`, and `COLUMNS` and
    ///   `LINES` where the terminal does not tell its size.
    init(
        input: Int32 = 0, output: Int32 = 1, errors: Int32 = 2, color: ColorChoice = .auto,
        environment: [String: String]
    ) {
        self.input = input
        self.output = TerminalOutput(descriptor: output)
        self.errors = TerminalOutput(descriptor: errors)
        isInputTerminal = isatty(input) == 1
        isOutputTerminal = isatty(output) == 1
        isErrorTerminal = isatty(errors) == 1
        let kind = environment["TERM"] ?? ""
        knowsEscapes = !kind.isEmpty && kind != "dumb"
        func palette(isTerminal: Bool) -> Palette {
            let isEnabled = ColorPolicy.allowsColor(choice: color, environment: environment, isTerminal: isTerminal)
            return Palette(isEnabled: isEnabled)
        }
        self.palette = palette(isTerminal: isOutputTerminal)
        errorPalette = palette(isTerminal: isErrorTerminal)
        func positive(_ name: String, or standard: Int) -> Int {
            guard let value = environment[name].flatMap({ Int($0) }), (1...10_000).contains(value) else {
                return standard
            }
            return value
        }
        fallbackSize = TerminalSize(
            columns: positive("COLUMNS", or: TerminalSize.standard.columns),
            rows: positive("LINES", or: TerminalSize.standard.rows))
    }

    /// Whether lines can be edited and repainted.
    var isInteractive: Bool { isInputTerminal && isOutputTerminal && knowsEscapes }

    /// The size now; asked anew each time, since a window changes while the program runs.
    var size: TerminalSize {
        TerminalSize.current(of: output.descriptor) ?? TerminalSize.current(of: errors.descriptor) ?? fallbackSize
    }
}
