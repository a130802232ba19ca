// Speech: a message read aloud, and words that are spoken instead of typed. Where the server has them.

import { get, post } from "../api.js"
import { iconButton } from "../dom.js"
import { busy, complain } from "../parts/toast.js"
import { t } from "../strings.js"

let offered = null

/** { synthesis, transcription } of the server; neither where it knows nothing of speech. */
export function speech() {
  offered ??= get("/v1/speech").catch((problem) => {
    if (![404, 501].includes(problem.status)) offered = null
    return { synthesis: false, transcription: false }
  })
  return offered
}

let playing = null

/** Reads a message aloud; again to stop. */
export function speak(message, button) {
  if (playing) {
    playing.pause()
    const isSame = playing.message === message.id
    playing = null
    if (isSame) return
  }
  busy(button, async () => {
    const { blob } = await get(`/v1/messages/${message.id}/speech?alternative=${message.selected}`, { as: "blob" })
    const sound = new Audio(URL.createObjectURL(blob))
    sound.message = message.id
    sound.onended = sound.onpause = () => URL.revokeObjectURL(sound.src)
    playing = sound
    await sound.play()
  })
}

/** A button that records until it is pressed again; the text goes to `take`. */
export function recorder(take) {
  let recording = null
  const button = iconButton("mic", t("speech.record"), async () => {
    if (recording) return recording.stop()
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const pieces = []
      recording = new MediaRecorder(stream)
      recording.ondataavailable = ({ data }) => pieces.push(data)
      recording.onstop = () => {
        for (const track of stream.getTracks()) track.stop()
        const type = recording.mimeType.split(";")[0] || "audio/webm"
        recording = null
        button.setAttribute("aria-pressed", "false")
        busy(button, async () => take((await post("/v1/speech/transcriptions", new Blob(pieces, { type }), { type })).text))
      }
      recording.start()
      button.setAttribute("aria-pressed", "true")
    } catch (problem) {
      complain(problem.name === "NotAllowedError" ? Object.assign(problem, { code: "microphone" }) : problem)
    }
  }, { "aria-pressed": "false" })
  return button
}
