/// A little prose in ten languages.
enum Texts {
    static let languages = [
        ("English", "The lighthouse stands at the end of the long pier, and nobody remembers who built it. "),
        ("German", "Der Leuchtturm steht am Ende der langen Mole, und niemand weiß mehr, wer ihn gebaut hat. "),
        ("French", "Le phare se dresse au bout de la longue jetée, et personne ne se souvient de qui l’a bâti. "),
        ("Spanish", "El faro se alza al final del largo muelle, y nadie recuerda quién lo construyó. "),
        ("Russian", "Маяк стоит в конце длинного мола, и никто уже не помнит, кто его построил. "),
        ("Arabic", "تقف المنارة في نهاية الرصيف الطويل ولا أحد يتذكر من بناها. "),
        ("Hindi", "प्रकाशस्तंभ लंबे घाट के अंत में खड़ा है और किसी को याद नहीं कि इसे किसने बनाया। "),
        ("Chinese", "灯塔矗立在长堤的尽头，没有人记得是谁建造了它。"),
        ("Japanese", "灯台は長い桟橋の端に立っていて、誰が建てたのか誰も覚えていない。"),
        ("Korean", "등대는 긴 부두 끝에 서 있고, 누가 지었는지 아무도 기억하지 못한다. "),
    ]
}
