internal import CompanionCore
internal import CompanionElevenLabs
internal import CompanionInMemory
internal import CompanionOpenAI
internal import _CompanionHosting

extension ServerSettings {
    /// Who speaks and listens; nil where nobody does.
    var speechParts: (synthesizer: (any SpeechSynthesizer)?, transcriber: (any SpeechTranscriber)?) {
        get throws {
            switch speech.provider {
            case .off: return (nil, nil)
            case .tones:
                return (ToneSpeechSynthesizer(), speech.transcriptionModel.map { OpenAI(self).speechTranscriber($0) })
            case .openai:
                let openAI = OpenAI(self)
                return (
                    openAI.speechSynthesizer(speech.model ?? "gpt-4o-mini-tts", voice: speech.voice ?? "coral"),
                    openAI.speechTranscriber(speech.transcriptionModel ?? "gpt-4o-mini-transcribe")
                )
            case .elevenlabs:
                let elevenLabs = ElevenLabs(configuration: .init(apiKey: speech.elevenLabsKey ?? ""))
                return (
                    elevenLabs.speechSynthesizer(
                        speech.model ?? "eleven_multilingual_v2", voice: speech.voice ?? ""),
                    elevenLabs.speechTranscriber(speech.transcriptionModel ?? "scribe_v1")
                )
            }
        }
    }
}
