/// What SillyTavern keeps of an entry in its `extensions`, under either spelling of a name (`group_weight`,
/// `groupWeight`). What has no sensible value counts as absent.
struct LorebookExtras: Sendable, Hashable {
    enum SelectiveLogic: Int, Sendable, Hashable {
        /// One of the secondary keys must be found.
        case andAny = 0
        /// Not all of them may be found.
        case notAll = 1
        /// None may be found.
        case notAny = 2
        /// All must be found.
        case andAll = 3
    }

    /// Percent; nil where chance decides nothing.
    var probability: Double?
    var groups: [String] = []
    var groupWeight = 100
    /// In its groups, the one of these with the highest order wins without chance.
    var winsGroup = false
    /// In its groups, only those with the most keys found are chosen from.
    var scoresGroup = false
    /// For so many messages after it was used, it is used again.
    var sticky = 0
    /// For so many messages after it was used (and was sticky), it is not used.
    var cooldown = 0
    /// Not before the chat has so many messages.
    var delay = 0
    var scanDepth: Int?
    var matchesWholeWords: Bool?
    var caseSensitive: Bool?
    var position: Int?
    var depth: Int?
    var role: PromptMessage.Role?
    /// Not found in what other entries say.
    var excludesRecursion = false
    /// What it says finds no other entries.
    var preventsRecursion = false
    /// Found in what other entries say only, from this round of them on.
    var recursionLevel: Int?
    var selectiveLogic = SelectiveLogic.andAny
    var ignoresBudget = false
    /// Whether SillyTavern wrote the entry. It writes `use_regex: true` for each, yet takes a key for an expression only
    /// where it is written `/so/`, and heeds `constant` and the secondary keys all the same.
    var isSillyTavern = false

    init() {}

    init(_ extensions: JSONObject) {
        guard !extensions.isEmpty else { return }
        func value(_ names: String...) -> JSONValue? {
            names.lazy.compactMap { extensions[$0] }.first { !$0.isNull }
        }
        func number(_ value: JSONValue?) -> Double? {
            (value?.double ?? value?.string.flatMap(Double.init)).flatMap { $0.isFinite ? $0 : nil }
        }
        func integer(_ value: JSONValue?) -> Int? { number(value).flatMap { Int(exactly: $0.rounded()) } }
        func flag(_ value: JSONValue?) -> Bool? {
            value?.bool ?? number(value).map { $0 != 0 }
        }
        if let percent = number(value("probability")), flag(value("useProbability", "use_probability")) ?? true,
            percent < 100
        {
            probability = max(0, percent)
        }
        groups = (value("group")?.string ?? "").split(separator: ",").map { String($0.trimmingSpace) }.filter {
            !$0.isEmpty
        }
        groupWeight = min(max(0, integer(value("group_weight", "groupWeight")) ?? 100), 1_000_000)
        winsGroup = flag(value("group_override", "groupOverride")) ?? false
        scoresGroup = flag(value("use_group_scoring", "useGroupScoring")) ?? false
        func messages(_ name: String) -> Int { min(max(0, integer(value(name)) ?? 0), 1_000_000_000) }
        (sticky, cooldown, delay) = (messages("sticky"), messages("cooldown"), messages("delay"))
        scanDepth = integer(value("scan_depth", "scanDepth")).map { max(0, $0) }
        matchesWholeWords = flag(value("match_whole_words", "matchWholeWords"))
        caseSensitive = flag(value("case_sensitive", "caseSensitive"))
        position = integer(value("position"))
        depth = integer(value("depth")).map { max(0, $0) }
        role = integer(value("role")).flatMap { [0: .system, 1: .user, 2: .assistant][$0] }
        excludesRecursion = flag(value("exclude_recursion", "excludeRecursion")) ?? false
        preventsRecursion = flag(value("prevent_recursion", "preventRecursion")) ?? false
        let delayed = value("delay_until_recursion", "delayUntilRecursion")
        recursionLevel = delayed?.bool.map { $0 ? 1 : 0 } ?? integer(delayed)
        if let level = recursionLevel, level < 1 { recursionLevel = nil }
        selectiveLogic =
            integer(value("selectiveLogic", "selective_logic")).flatMap(SelectiveLogic.init(rawValue:)) ?? .andAny
        ignoresBudget = flag(value("ignore_budget", "ignoreBudget")) ?? false
        isSillyTavern = ["selectiveLogic", "match_whole_words", "exclude_recursion", "useProbability", "display_index"]
            .contains { extensions[$0] != nil }
    }
}
