import CompanionCore

/// Cards as programs write them, with members that nobody has heard of at every level.
enum CharacterCardSamples {
    static let v1 = #"""
        {
          "name": "Wren", "description": "{{char}} keeps a lighthouse.", "personality": "patient",
          "scenario": "A storm is coming.", "first_mes": "Mind the step, {{user}}.",
          "mes_example": "<START>\n{{user}}: hi\n{{char}}: hello",
          "avatar": "none", "talkativeness": "0.50", "metadata": {"version": 1.10}
        }
        """#

    static let v2 = #"""
        {
          "spec": "chara_card_v2", "spec_version": "2.0",
          "name": "Wren", "first_mes": "Mind the step, {{user}}.", "creatorcomment": "old", "tags": ["sea"],
          "x_top": [1, {"deep": null}],
          "data": {
            "name": "Wren", "description": "{{char}} keeps a lighthouse.", "personality": "patient",
            "scenario": "A storm is coming.", "first_mes": "Mind the step, {{user}}.",
            "mes_example": "<START>\n{{user}}: hi\n{{char}}: hello",
            "creator_notes": "old", "system_prompt": "{{original}} Be brief.", "post_history_instructions": "Stay calm.",
            "alternate_greetings": ["Hello again.", ""], "tags": ["sea", "calm"], "creator": "someone",
            "character_version": "1.2", "x_data": {"n": 1e3},
            "extensions": {"depth_prompt": {"depth": 4, "prompt": ""}, "fav": false, "big": 12345678901234567890123},
            "character_book": {
              "name": "Rocks", "description": "", "scan_depth": 50, "token_budget": 500, "recursive_scanning": false,
              "extensions": {"a/b": 1}, "x_book": true,
              "entries": [
                {
                  "id": 1, "keys": ["reef"], "secondary_keys": [], "comment": "the reef", "content": "The reef is near.",
                  "constant": false, "selective": true, "insertion_order": 10, "enabled": true,
                  "position": "before_char", "case_sensitive": null, "name": "Reef", "priority": 10,
                  "extensions": {"probability": 100, "selectiveLogic": 0}, "x_entry": "kept"
                }
              ]
            }
          }
        }
        """#

    static let v3 = #"""
        {
          "spec": "chara_card_v3", "spec_version": "3.0", "x_top": "kept",
          "data": {
            "name": "Wren Ferris", "nickname": "Wren", "description": "{{char}} keeps a lighthouse.",
            "personality": "patient", "scenario": "A storm is coming.", "first_mes": "Mind the step, {{user}}.",
            "mes_example": "<START>\n{{user}}: hi\n{{char}}: hello", "creator_notes": "for people",
            "creator_notes_multilingual": {"en": "for people", "de": "für Menschen"},
            "system_prompt": "", "post_history_instructions": "", "alternate_greetings": ["Hello again."],
            "group_only_greetings": ["Oh, company."], "tags": ["sea"], "creator": "someone", "character_version": "3",
            "source": ["https://example.com/wren", "id:7"], "creation_date": 1717200000,
            "modification_date": 1717286400, "extensions": {"risuai": {"license": ""}}, "x_data": [1.0, 1],
            "assets": [
              {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"},
              {"type": "x_map", "uri": "embeded://assets/x_map/images/bay.webp", "name": "bay", "ext": "webp", "x_a": 0}
            ],
            "character_book": {
              "scan_depth": 2, "extensions": {}, "x_book": {"k": []},
              "entries": [
                {
                  "id": "e-1", "keys": ["/ree+f/i"], "content": "@@depth 4\n@@@instruct_depth 5\n\nThe reef is near.",
                  "extensions": {}, "enabled": true, "insertion_order": -5, "use_regex": true, "constant": true,
                  "selective": false, "secondary_keys": ["storm", "a,b"], "position": "after_char",
                  "case_sensitive": true, "comment": "", "x_entry": {"y": "z"}
                },
                {
                  "keys": [], "content": "", "extensions": {}, "enabled": false, "insertion_order": 0,
                  "use_regex": false, "id": 0.5, "position": "elsewhere"
                }
              ]
            }
          }
        }
        """#
}
