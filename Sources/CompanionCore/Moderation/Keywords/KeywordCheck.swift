/// Whether the letters before a place are a term, given that their runs have its values in its order.
///
/// The rules, from what disguises do and what innocent words look like:
/// - A run as long as the term's counts, and one of three or more where the term's is shorter; of two where the term has
///   one, only for letters that are seldom doubled. Terms of up to three letters allow no such doubling.
/// - Separators within a word of the term count where they stand between all its letters ("b a d"), and punctuation
///   alone also where it does not ("fu.ck"), except in terms of up to three letters. Where the term has a separator
///   itself, anything goes.
/// - Digits and symbols for letters: one in a term of three letters; in a longer one any number, as long as one letter
///   is plainly written. A digit of the term itself must be one in the text.
/// - Terms of one or two letters, and innocents, are only found where they are written plainly.
struct KeywordCheck {
    let ring: UnsafeMutablePointer<LetterGroup>
    let mask: Int
    /// The number of groups so far.
    let count: Int

    /// The group with which the term begins that ends with the last group; nil where it is none. Of several the last.
    func start(of entry: KeywordEntry) -> Int? {
        let isStrict = entry.isAllowance || entry.letters <= 2
        var index = count - 1
        var spacing = Spacing()
        var letters = 0
        var signs = 0
        var extraSigns = 0
        var maybeLs = 0
        for place in entry.runs.indices.reversed() {
            let run = entry.runs[place]
            var length = 0
            var runSigns = 0
            while true {
                let group = ring[index & mask]
                length += Int(group.count)
                runSigns += Int(group.signs)
                maybeLs += Int(group.maybeLs)
                if group.count > 1 { spacing.isTight = true }
                let hasMoreBefore = index > 0 && count - index <= mask && ring[(index - 1) & mask].run == group.run
                if place == 0 {
                    let allSigns = signs + runSigns
                    if fits(length, run, entry, isStrict), runSigns >= run.signs,
                        accepts(
                            signs: allSigns, extra: extraSigns + runSigns - run.signs, of: letters + length, entry,
                            isStrict),
                        maybeLs >= entry.writtenLs, spacing.fits(entry, isStrict),
                        !entry.isWholeWord || isBoundary(before: index)
                    {
                        return index
                    }
                }
                guard hasMoreBefore else { break }
                spacing.note(group.gap, isExpected: run.hasGapInside, entry, isStrict)
                index -= 1
                if count - index > mask { return nil }
            }
            guard place > 0, fits(length, run, entry, isStrict), runSigns >= run.signs else { return nil }
            letters += length
            signs += runSigns
            extraSigns += runSigns - run.signs
            spacing.note(ring[index & mask].gap, isExpected: run.hasGapBefore, entry, isStrict)
            if spacing.isRefused { return nil }
            index -= 1
            if index < 0 || count - index > mask { return nil }
        }
        return nil
    }

    private func fits(_ length: Int, _ run: KeywordEntry.Run, _ entry: KeywordEntry, _ isStrict: Bool) -> Bool {
        if length == run.count { return true }
        if isStrict || length < run.count { return false }
        return length >= 3 || entry.letters > 3 && run.value.isSeldomDoubled
    }

    private func accepts(signs: Int, extra: Int, of letters: Int, _ entry: KeywordEntry, _ isStrict: Bool) -> Bool {
        if extra == 0 { return true }
        if isStrict || entry.letters == 3 && extra > 1 { return false }
        return entry.plainLetters == 0 || signs < letters
    }

    private func isBoundary(before index: Int) -> Bool {
        ring[index & mask].isBoundary(after: index > 0 ? ring[(index - 1) & mask] : nil)
    }
}

/// What separates the letters of one word of a term in the text.
private struct Spacing {
    var isTight = false
    private var isSoft = false
    private var isHard = false
    private(set) var isRefused = false

    /// Another gap on the way back; where the term itself has one, another word begins.
    mutating func note(_ gap: FoldedLetter.Gap, isExpected: Bool, _ entry: KeywordEntry, _ isStrict: Bool) {
        if isExpected {
            isRefused = isRefused || !fits(entry, isStrict)
            (isTight, isSoft, isHard) = (false, false, false)
        } else {
            switch gap {
            case .none: isTight = true
            case .soft: isSoft = true
            case .hard, .end: isHard = true
            }
        }
    }

    func fits(_ entry: KeywordEntry, _ isStrict: Bool) -> Bool {
        if isRefused { return false }
        if !isSoft, !isHard { return true }
        if isStrict { return false }
        return !isTight || entry.letters > 3 && !isHard
    }
}
