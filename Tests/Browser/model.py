"""A server of OpenAI's protocol whose replies are scripted: it says what a test wants, as slowly as the test wants.

The person's last words decide:
    "slowly N: TEXT"     says TEXT word by word, and holds before each word behind the first N until `release()`
    "repeat N"           says "Word 1. Word 2. …" up to N, without waiting
    "say: TEXT"          says TEXT
Everything else is answered with one sentence that quotes it. It has embeddings, in which words of one meaning are one direction
(`MEANINGS`), it speaks (a tone, as long as the text), and hears in every recording what `heard` says. Questions for memories (they ask for a JSON schema, or say
"You keep the notes") are answered with one note for each line of the person that begins with "I ".
"""

import base64
import json
import math
import re
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


DIMENSIONS = 64
MEANINGS = [
    {"cat", "kitten", "pet", "animal", "feline", "miso", "purr"}, {"town", "city", "home", "live", "lives", "bergen", "oslo"},
    {"job", "work", "works", "nurse", "profession"}, {"music", "cello", "instrument", "plays"},
]


class ScriptedModel:
    def __init__(self):
        self.requests = []
        self.heard = "What the microphone heard."
        self.recordings = []
        self._gate = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _body(self):
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return self.rfile.read(int(self.headers["Content-Length"]))
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def do_POST(self):
                body = self._body()
                try:
                    if self.path.endswith("/audio/transcriptions"):
                        outer.recordings.append(body)
                        return outer._send(self, "application/json", json.dumps({"text": outer.heard}).encode())
                    body = json.loads(body)
                    if self.path.endswith("/embeddings"):
                        return outer._send(self, "application/json", json.dumps(_embeddings(body)).encode())
                    if self.path.endswith("/audio/speech"):
                        return outer._send(self, "audio/wav", _tone(len(body["input"])))
                    with outer._lock:
                        outer.requests.append(body)
                    outer._answer(self, body)
                except (BrokenPipeError, ConnectionResetError):
                    pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._gate.set()
        self._server.shutdown()
        self._server.server_close()

    def hold(self):
        """From now on slow replies wait."""
        self._gate.clear()

    def release(self):
        """Lets the replies that wait go on."""
        self._gate.set()

    def prompts(self):
        """All that was asked, as text."""
        with self._lock:
            return [json.dumps(request, ensure_ascii=False) for request in self.requests]

    # What it says

    def _answer(self, handler, body):
        messages = body.get("messages", [])
        text = "\n".join(_text(message) for message in messages)
        if body.get("response_format") or "You keep the notes" in text:
            return self._whole(handler, body, json.dumps({"memories": _notes(text)}))
        said = next((_text(message) for message in reversed(messages) if message["role"] == "user"), "")
        pieces, held = _reply(said)
        if not body.get("stream"):
            return self._whole(handler, body, "".join(pieces))
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for index, piece in enumerate(pieces):
            if held is not None and index >= held:
                self._gate.wait(300)
            self._event(handler, _chunk(body, {"content": piece}))
        self._event(handler, _chunk(body, {}, "stop"))
        self._event(handler, {**_chunk(body, {}), "choices": [], "usage": _usage(pieces)})
        handler.wfile.write(b"data: [DONE]\n\n")
        handler.close_connection = True

    def _event(self, handler, value):
        handler.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
        handler.wfile.flush()

    def _send(self, handler, kind, body):
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _whole(self, handler, body, text):
        answer = json.dumps(
            {
                "id": "scripted",
                "object": "chat.completion",
                "created": 0,
                "model": body.get("model", ""),
                "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
                "usage": _usage([text]),
            }
        ).encode()
        self._send(handler, "application/json", answer)


def _embeddings(body):
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = []
    for index, text in enumerate(inputs):
        vector = [0.001] * DIMENSIONS
        for word in re.findall(r"\w+", text.lower()):
            found = [place for place, words in enumerate(MEANINGS) if word in words]
            # What has no meaning here is a faint noise, the same each time.
            place, weight = (found[0], 1.0) if found else (8 + sum(word.encode()) % (DIMENSIONS - 8), 0.05)
            vector[place] += weight
        length = math.sqrt(sum(value * value for value in vector))
        vector = [value / length for value in vector]
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    tokens = sum(len(text) for text in inputs) // 4 + 1
    return {"object": "list", "data": data, "model": body.get("model", ""), "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}


def _tone(letters):
    """A WAV file: 20 ms of a tone for each letter."""
    rate = 8_000
    count = max(letters, 10) * rate // 50
    samples = b"".join(struct.pack("<h", int(6_000 * math.sin(index * 2 * math.pi * 330 / rate))) for index in range(count))
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", len(samples))
    return head + samples


def _text(message):
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _reply(said):
    """The pieces of a reply, and behind how many of them it waits."""
    slow = re.search(r"slowly (\d+): (.*)", said, re.DOTALL)
    if slow:
        return re.findall(r"\S+\s*", slow[2]), int(slow[1])
    repeat = re.search(r"repeat (\d+)", said)
    if repeat:
        return [
            f"Word {number}. " + ("\n\n" if number % 12 == 0 else "") for number in range(1, int(repeat[1]) + 1)
        ], None
    say = re.search(r"say: (.*)", said, re.DOTALL)
    if say:
        return re.findall(r"\S+\s*", say[1]), None
    return [f"I hear you: ", said.strip().splitlines()[-1] if said.strip() else "nothing", "."], None


def _notes(text):
    notes = []
    for number, line in re.findall(r"^(\d+) \[person\] (I .*)$", text, re.MULTILINE):
        person = re.search(r"The person is (.*?);", text)
        words = _told(line, person[1] if person else "The person")
        year = re.search(r"\b(?:since|in) (\d{4})\b", line)
        known = re.findall(r"^(\d+)\. (.*)$", text, re.MULTILINE)
        replaces = [int(other) for other, note in known if " now " in line and "live" in line and "live" in note]
        notes.append(
            {
                "text": words,
                "kind": "fact",
                "importance": 4,
                "lines": [int(number)],
                "date": f"{year[1]}-05-01" if year else "",
                "replaces": replaces,
                "private": False,
            }
        )
    return notes


def _told(line, person):
    """What somebody says of themselves, told by another."""
    verbs = {"have": "has", "work": "works", "live": "lives", "play": "plays", "moved": "moved", "met": "met"}
    return re.sub(r"^I (\w+)", lambda match: f"{person} {verbs.get(match[1], match[1])}", line).replace(
        " my ", " their "
    )


def _chunk(body, delta, reason=None):
    return {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


def _usage(pieces):
    count = sum(len(piece) for piece in pieces) // 4 + 1
    return {"prompt_tokens": 100, "completion_tokens": count, "total_tokens": 100 + count}
