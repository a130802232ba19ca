import Testing

@testable import CompanionCore

struct LorebookDecoratorsTests {
    @Test("Every decorator of V3 is read")
    func all() {
        let decorators = LorebookDecorators(
            parsing: """
                @@activate_only_after 3
                @@activate_only_every 2
                @@keep_activate_after_match
                @@dont_activate_after_match

                @@depth 4
                @@reverse_depth 1
                @@role assistant
                @@scan_depth 7
                @@is_greeting 1
                @@position before_desc
                @@ignore_on_max_context
                @@additional_keys a, b c ,
                @@exclude_keys d
                @@is_user_icon knight errant
                @@dont_activate
                @@activate
                @@disable_ui_prompt system_prompt

                The text.
                @@depth 9
                """)
        var expected = LorebookDecorators()
        expected.activateOnlyAfter = 3
        expected.activateOnlyEvery = 2
        (expected.keepsActiveAfterMatch, expected.activatesOnce) = (true, true)
        (expected.depth, expected.reverseDepth, expected.role, expected.scanDepth) = (4, 1, .assistant, 7)
        (expected.greeting, expected.position, expected.ignoresOnFullContext) = (1, "before_desc", true)
        (expected.additionalKeys, expected.excludedKeys) = (["a", "b c"], ["d"])
        (expected.userIcon, expected.isSuppressed, expected.isForced) = ("knight errant", true, true)
        expected.disabledPrompts = ["system_prompt"]
        #expect(decorators == expected)
    }

    @Test(
        "A fallback counts where what stands above it is unknown, invalid or meaningless in a chat",
        arguments: [
            ("@@other 4\n@@@depth 5", 5), ("@@depth 4\n@@@depth 5", 4), ("@@depth x\n@@@depth 5", 5),
            ("@@instruct_depth 9\n@@@depth 5", 5), ("@@depth 5\n@@@instruct_depth 9", 5),
            ("@@a\n@@@b\n@@@c\n@@@d\n@@@e\n@@@f\n@@@depth 5", 5), ("@@a\n@@@depth 5\n@@@depth 6", 5),
            ("@@a\n@@depth 4\n@@@depth 5", 4), ("@@@depth 5", nil), ("@@depth -3", 0), ("@@depth 2.0", 2),
            ("@@depth 4\n@@depth 5", 4), ("@@depth", nil), ("text\n@@depth 4", nil), ("\n\n @@depth 4\r\ntext", 4),
            ("@@a\nbreak\n@@@depth 5", nil), ("@@depth 99999999999999999999", nil), ("@@", nil), ("", nil),
        ] as [(String, Int?)])
    func fallbacks(content: String, depth: Int?) {
        #expect(LorebookDecorators(parsing: content).depth == depth)
    }

    @Test(
        "Values that make no sense are passed over",
        arguments: [
            "@@role king", "@@position nowhere", "@@activate_only_every 0", "@@additional_keys , ,", "@@is_user_icon",
            "@@disable_ui_prompt everything", "@@Depth 4", "@@unknown",
        ])
    func invalid(content: String) { #expect(LorebookDecorators(parsing: content) == LorebookDecorators()) }
}
