struct ElevenLabs {}
