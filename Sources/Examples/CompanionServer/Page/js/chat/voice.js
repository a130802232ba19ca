// Speech: a message read aloud, and words that are spoken instead of typed. Where the server has them.

import { get, post } from "../api.js"
import { icon, iconButton } from "../dom.js"
import { busy, complain, toast } from "../parts/toast.js"
import { t } from "../strings.js"

// What is longer is cut: the server takes 25 MB, and nobody waits for the text of an hour.
const LONGEST_RECORDING = 5 * 60_000

let offered = null

/** { synthesis, transcription } of the server; neither where it knows nothing of speech. */
export function speech() {
  offered ??= get("/v1/speech").catch((problem) => {
    if (![404, 501].includes(problem.status)) offered = null
    return { synthesis: false, transcription: false }
  })
  return offered
}

let playing = null // { sound, button, key }

/** Reads a message aloud; again to stop. One at a time. */
export function speak(message, button) {
  const key = `${message.id} ${message.selected}`
  const isSame = playing?.key === key
  stopSpeaking()
  if (isSame) return
  busy(button, async () => {
    const { blob } = await get(`/v1/messages/${message.id}/speech?alternative=${message.selected}`, { as: "blob" })
    // Another one was asked for meanwhile, or the page was left.
    if (!button.isConnected) return
    stopSpeaking()
    const sound = new Audio(URL.createObjectURL(blob))
    playing = { sound, button, key }
    sound.onended = sound.onerror = () => { if (playing?.sound === sound) stopSpeaking() }
    show(button, "stop", t("speech.stop"))
    try {
      await sound.play()
    } catch (problem) {
      // Stopped before it began is nothing wrong.
      if (playing?.sound !== sound) return
      stopSpeaking()
      throw problem
    }
  })
}

/** Ends what is read aloud. */
export function stopSpeaking() {
  if (!playing) return
  const { sound, button } = playing
  playing = null
  sound.pause()
  URL.revokeObjectURL(sound.src)
  show(button, "play", t("speech.play"))
}

function show(button, symbol, label) {
  button.replaceChildren(icon(symbol))
  button.setAttribute("aria-label", label)
  button.title = label
}

/** A button that records until it is pressed again; the text goes to `take`. What runs when the page is left is thrown away. */
export function recorder(take, signal) {
  let recording = null
  let isStarting = false
  const button = iconButton("mic", t("speech.record"), async () => {
    if (recording) return recording.stop()
    if (isStarting || button.getAttribute("aria-busy") === "true") return
    isStarting = true
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const end = () => { for (const track of stream.getTracks()) track.stop() }
      if (signal.aborted) return end()
      const pieces = []
      const timer = setTimeout(() => recording?.stop(), LONGEST_RECORDING)
      recording = new MediaRecorder(stream)
      recording.ondataavailable = ({ data }) => pieces.push(data)
      recording.onstop = () => {
        end()
        clearTimeout(timer)
        const type = recording.mimeType.split(";")[0] || "audio/webm"
        recording = null
        draw(false)
        if (signal.aborted) return
        busy(button, async () => {
          const { text } = await post("/v1/speech/transcriptions", new Blob(pieces, { type }), { type, signal })
          if (text.trim()) take(text.trim())
          else toast(t("speech.nothing"))
        })
      }
      recording.start()
      draw(true)
    } catch (problem) {
      // The browser's own errors have words for programmers.
      const key = { NotAllowedError: "speech.refused", SecurityError: "speech.refused", NotFoundError: "speech.noMicrophone" }[problem.name]
      if (key) toast(t(key), { isError: true })
      else complain(problem)
    } finally {
      isStarting = false
    }
  }, { "aria-pressed": "false", class: "record" })
  const draw = (isOn) => {
    button.setAttribute("aria-pressed", String(isOn))
    show(button, isOn ? "stop" : "mic", t(isOn ? "speech.recording" : "speech.record"))
  }
  signal.addEventListener("abort", () => recording?.stop())
  return button
}
