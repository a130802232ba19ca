/// Letters of other scripts that look like Latin ones: those that are common in disguises, after the shapes in the usual
/// fonts. Letters whose names tell what they are (accents, full width, mathematical styles) need no entry: see ``LetterName``.
enum Confusables {
    /// Each group: the Latin letter, then what looks like it.
    private static let groups = """
        aаαΑꓮᎪÅ bвΒβЬьᏏꓐ cсϲСᏟꓚ dԁᎠᏧꓓ eеεΕЕёЁҽꓰᎬ fꓝϝ gԍցᏀꓖᏳ hһНΗℎհᏂᎻꓧ iіΙιІӏӀᎥꓲǃ jјЈյᎫꓙ kкΚκКᏦꓗ lᏞꓡ \
        mмΜМᎷꓟ nηΝոռΠпꓠ oоοΟОօσՕꓳ pрρΡРᏢꓑ qԛզ rгᎡᏒꓣ sѕЅՏᏚꓢ tтτΤТᎢꓔ uυսՍꓴ vνѵѴᏙꓦ wԝωѡᎳᏔꓪ xхχΧХꓫ \
        yуγΥУүҮꓬ zΖζᏃꓜ
        """

    static let letters: [Unicode.Scalar: Unicode.Scalar] = {
        var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
        for group in groups.split(whereSeparator: \.isWhitespace) {
            let scalars = group.unicodeScalars
            guard let latin = scalars.first else { continue }
            for scalar in scalars.dropFirst() { letters[scalar] = latin }
        }
        return letters
    }()
}
