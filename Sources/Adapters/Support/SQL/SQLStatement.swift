/// A statement's text, with placeholders `$1`, `$2`, … that every dialect knows or is rewritten for.
///
/// A connection keeps what it has prepared by the statement's identity, so statements are made once, as constants.
package final class SQLStatement: Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }
}
