"""Small GGUF files, written byte by byte."""

import struct


def text(words):
    data = words.encode()
    return struct.pack("<Q", len(data)) + data


def gguf_file(facts=(), tensors=(), data=b"", version=3):
    """Return the bytes of a small GGUF file; `tensors` are (name, dimensions, type, offset)."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(facts))
    for name, value in facts:
        kind = struct.pack("<I", 8) + text(value) if isinstance(value, str) else struct.pack("<II", 4, value)
        head += text(name) + kind
    for name, dimensions, kind, offset in tensors:
        head += text(name) + struct.pack("<I", len(dimensions))
        head += b"".join(struct.pack("<Q", each) for each in dimensions) + struct.pack("<IQ", kind, offset)
    return head + b"\0" * (-len(head) % 32) + data


FACTS = (("general.architecture", "llama"), ("llama.block_count", 3), ("general.file_type", 15))
WHOLE = gguf_file(FACTS, [("a", (4, 8), 0, 0), ("b", (32,), 8, 128)], bytes(128 + 34))


def tokens(*words):
    """Return the entry of a vocabulary."""
    return text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, len(words)) + b"".join(map(text, words))


def put(path, data=WHOLE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
