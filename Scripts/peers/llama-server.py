#!/usr/bin/env python3
"""llama.cpp's server with a tiny model, as a real peer for tests.

Prints "READY" with its address and key, as Scripts/test.sh wants it, when the server answers, then waits for SIGTERM (or
SIGINT), or for the end of its standard input with --until-eof. Prints "SKIP" where its packages are missing.

The model has one layer and knows bytes only. It is no language model: its weights make the next byte depend on the
last one by a table of our own, so that it writes words, Cyrillic and emoji without end. As each byte is a token, the
server must put characters together from parts, and its replies are as long as they are asked to be.
"""

import argparse
import os
import pathlib
import signal
import socket
import sys
import threading
import urllib.request

MODEL_VERSION = 1  # raise it when make_model changes
CONTEXT = 32768
SPECIAL = 3  # <unk>, <s>, </s>


def successors():
    """For each byte the bytes that may follow it, with weights."""
    letters, spaces = b"etaoinshrdlu", b" "
    after = {}

    def may(byte, nexts, weight):
        for value in nexts:
            after.setdefault(byte, {})[value] = weight

    starts = bytes([0xD0, 0xF0])
    for byte in list(range(0x20, 0x7F)) + [0x0A]:
        may(byte, letters, 1.0)
        may(byte, spaces, 3.0 if byte != 0x20 else 0.0)
        may(byte, b".", 1.0)
        may(byte, starts, 0.8)
    may(0xD0, range(0xB0, 0xC0), 1.0)  # а … п
    may(0xF0, [0x9F], 1.0)
    may(0x9F, [0x98, 0x99], 1.0)  # 😀 … and 🙀 …
    for byte in (0x98, 0x99):
        may(byte, range(0x80, 0x90), 1.0)
    for byte in list(range(0x80, 0x90)) + list(range(0xB0, 0xC0)):  # the last byte of a character
        may(byte, letters + spaces + starts, 1.0)
    return after


def make_model(path):
    import gguf
    import numpy as np

    vocabulary, width, heads = SPECIAL + 256, 288, 4
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("bytes")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(heads)
    writer.add_head_count_kv(1)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(width // heads)
    writer.add_vocab_size(vocabulary)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([b"<unk>", b"<s>", b"</s>"] + [b"<0x%02X>" % byte for byte in range(256)])
    writer.add_token_scores([0.0] * vocabulary)
    writer.add_token_types(
        [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL] + [gguf.TokenType.BYTE] * 256)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template("{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}")

    # Each token is its own direction, which the block hardly touches; the output reads the table from it.
    embedding = np.zeros((vocabulary, width), dtype=np.float32)
    output = np.full((vocabulary, width), -2.0, dtype=np.float32)
    for token in range(vocabulary):
        embedding[token, token] = 1.0
    for byte, nexts in successors().items():
        for value, weight in nexts.items():
            if weight > 0:
                output[SPECIAL + value, SPECIAL + byte] = np.log(weight) / np.sqrt(width)
    # A reply ends of itself in the end, after a full stop.
    output[2, SPECIAL + ord(".")] = np.log(3.0) / np.sqrt(width)
    random = np.random.default_rng(1)

    def small(*shape):
        return (random.standard_normal(shape) * 1e-3).astype(np.float32)

    key = width // heads
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output_norm.weight", np.ones(width, dtype=np.float32))
    writer.add_tensor("output.weight", output)
    writer.add_tensor("blk.0.attn_norm.weight", np.ones(width, dtype=np.float32))
    writer.add_tensor("blk.0.attn_q.weight", small(width, width))
    writer.add_tensor("blk.0.attn_k.weight", small(key, width))
    writer.add_tensor("blk.0.attn_v.weight", small(key, width))
    writer.add_tensor("blk.0.attn_output.weight", small(width, width))
    writer.add_tensor("blk.0.ffn_norm.weight", np.ones(width, dtype=np.float32))
    writer.add_tensor("blk.0.ffn_gate.weight", small(32, width))
    writer.add_tensor("blk.0.ffn_up.weight", small(32, width))
    writer.add_tensor("blk.0.ffn_down.weight", small(width, 32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def model_path(folder):
    path = pathlib.Path(folder) / f"bytes-{MODEL_VERSION}.gguf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two of us may do this at once: each writes a file of its own, the last one stays.
        part = path.with_suffix(f".{os.getpid()}")
        make_model(str(part))
        part.replace(path)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    cache = os.environ.get("XDG_CACHE_HOME", str(pathlib.Path.home() / ".cache"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="by default a free one")
    parser.add_argument("--api-key", default="llama-key")
    parser.add_argument("--cache", default=str(pathlib.Path(cache) / "swift-companion"), help="where the model is kept")
    parser.add_argument("--until-eof", action="store_true", help="stop when standard input ends")
    options = parser.parse_args()

    try:
        import gguf  # noqa: F401
        import xllamacpp
    except ImportError as error:
        print(f"SKIP {error.name} is not installed", flush=True)
        return

    port = options.port or free_port()
    params = xllamacpp.CommonParams()
    params.model.path = str(model_path(options.cache))
    params.model_alias = ["bytes"] if isinstance(params.model_alias, (list, set)) else "bytes"
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.api_keys = [options.api_key]
    params.n_ctx = CONTEXT
    params.n_parallel = 2
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.endpoint_slots = True
    params.endpoint_metrics = True
    params.warmup = False
    params.embedding = True
    params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = xllamacpp.Server(params)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=30) as answer:
        answer.read()
    address = f"http://127.0.0.1:{port}/v1"
    print(f"READY COMPANION_LLAMA_URL={address} COMPANION_LLAMA_KEY={options.api_key}", flush=True)
    if options.until_eof:
        threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    while not stop.wait(1):
        pass
    del server
    # The module's own threads need not be waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
