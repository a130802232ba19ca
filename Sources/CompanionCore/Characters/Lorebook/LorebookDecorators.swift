/// The decorators of an entry (V3): leading lines `@@name value` of its content that say when and where it is used.
///
/// Of a name, the first counts. One that is unknown, has no valid value or means nothing in a chat is passed over, and
/// so its fallbacks are tried: the lines `@@@name value` right below it, from top to bottom.
public struct LorebookDecorators: Sendable, Hashable {
    /// `activate_only_after`: not before the character has sent so many messages.
    public var activateOnlyAfter: Int?
    /// `activate_only_every`: only where the number of the character's messages is a multiple of it.
    public var activateOnlyEvery: Int?
    /// `keep_activate_after_match`: once found, always used.
    public var keepsActiveAfterMatch = false
    /// `dont_activate_after_match`: used once only.
    public var activatesOnce = false
    /// `depth`: before the message so many from the end; 0 is after the newest.
    public var depth: Int?
    /// `reverse_depth`: the same, counted from the start.
    public var reverseDepth: Int?
    /// `role`: in whose name it is said, where it stands within the history.
    public var role: PromptMessage.Role?
    /// `scan_depth`: how many messages are searched, whatever the book says.
    public var scanDepth: Int?
    /// `is_greeting`: only where the chat began with the greeting of this number; 0 is the first.
    public var greeting: Int?
    /// `position`: `after_desc`, `before_desc`, `personality` or `scenario`.
    public var position: String?
    /// `ignore_on_max_context`: not where the history does not fit any more, and the first that is dropped.
    public var ignoresOnFullContext = false
    /// `additional_keys`: one of them must be found too.
    public var additionalKeys: [String]?
    /// `exclude_keys`: none of them may be found.
    public var excludedKeys: [String]?
    /// `is_user_icon`: only where the person uses the icon of this name.
    public var userIcon: String?
    /// `dont_activate`: never, unless `activate` is there too.
    public var isSuppressed = false
    /// `activate`: always.
    public var isForced = false
    /// `disable_ui_prompt`: known, and without effect.
    public var disabledPrompts: [String] = []

    /// How many fallbacks of one decorator are looked at.
    static let maximumFallbacks = 16

    public init() {}

    /// Reads the decorators that the content begins with.
    public init(parsing content: String) {
        var seen: Set<String> = []
        var isSettled = true
        var fallbacks = 0
        for line in content.split(whereSeparator: \.isNewline) {
            let line = line.trimmingSpace
            if line.isEmpty { continue }
            guard line.hasPrefix("@@") else { break }
            let isFallback = line.hasPrefix("@@@")
            fallbacks = isFallback ? fallbacks + 1 : 0
            if isFallback, isSettled || fallbacks > Self.maximumFallbacks { continue }
            let words = line.drop { $0 == "@" }.split(
                maxSplits: 1, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace)
            let name = words.first.map(String.init) ?? ""
            let value = words.count > 1 ? String(words[1].trimmingSpace) : ""
            // A repeated one is not "unknown": what stands below it is no way out.
            if seen.contains(name) {
                isSettled = true
                continue
            }
            isSettled = take(name, value)
            if isSettled { seen.insert(name) }
        }
    }

    /// False where the decorator is to be passed over.
    private mutating func take(_ name: String, _ value: String) -> Bool {
        var number: Int? {
            Int(value) ?? Double(value).flatMap { $0.isFinite ? Int(exactly: $0.rounded()) : nil }
        }
        var list: [String]? {
            let values = value.split(separator: ",").map { String($0.trimmingSpace) }.filter { !$0.isEmpty }
            return values.isEmpty ? nil : values
        }
        func set<Value>(_ property: WritableKeyPath<Self, Value?>, _ new: Value?) -> Bool {
            guard let new else { return false }
            self[keyPath: property] = new
            return true
        }
        func raise(_ property: WritableKeyPath<Self, Bool>) -> Bool {
            self[keyPath: property] = true
            return true
        }
        switch name {
        case "activate_only_after": return set(\.activateOnlyAfter, number)
        case "activate_only_every": return set(\.activateOnlyEvery, number.flatMap { $0 > 0 ? $0 : nil })
        case "keep_activate_after_match": return raise(\.keepsActiveAfterMatch)
        case "dont_activate_after_match": return raise(\.activatesOnce)
        case "depth": return set(\.depth, number.map { max(0, $0) })
        case "reverse_depth": return set(\.reverseDepth, number.map { max(0, $0) })
        case "role": return set(\.role, PromptMessage.Role(rawValue: value.lowercased()))
        case "scan_depth": return set(\.scanDepth, number.map { max(0, $0) })
        case "is_greeting": return set(\.greeting, number)
        case "position":
            let known = ["after_desc", "before_desc", "personality", "scenario"]
            return set(\.position, known.contains(value) ? value : nil)
        case "ignore_on_max_context": return raise(\.ignoresOnFullContext)
        case "additional_keys": return set(\.additionalKeys, list)
        case "exclude_keys": return set(\.excludedKeys, list)
        case "is_user_icon": return set(\.userIcon, value.isEmpty ? nil : value)
        case "dont_activate": return raise(\.isSuppressed)
        case "activate": return raise(\.isForced)
        case "disable_ui_prompt":
            guard ["post_history_instructions", "system_prompt"].contains(value) else { return false }
            disabledPrompts.append(value)
            return true
        // By the specification they mean nothing where the context is a chat.
        case "instruct_depth", "reverse_instruct_depth", "instruct_scan_depth": return false
        default: return false
        }
    }
}
