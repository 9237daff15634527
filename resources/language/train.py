# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes wordvectors.bin: which words go together, from texts that Debian 12 ships.

    python3 resources/language/train.py DIRECTORY OUTPUT

DIRECTORY receives the packages (or holds their .deb files already) and what is in them, 600 MB. Needs
python3-numpy, g++, 2 GB of memory and two minutes; README.md says what comes out and how it may be used.
"""
import collections
import glob
import gzip
import html
import pathlib
import re
import subprocess
import sys

import numpy

PACKAGES = """anarchism debian-edu-doc-en debian-faq debian-handbook debian-policy debian-reference-en
developers-reference dict-foldoc dict-freedict-jpn-eng dict-gcide dict-jargon evolution-common fortunes
gnome-user-docs gnucash-docs harden-doc libreoffice-help-en-us mythes-en-us trans-de-en wordnet-base""".split()
ROOT = pathlib.Path(__file__).resolve().parents[2]
STEMMER = """#include "core/local/language/words.h"
#include <iostream>
int main() {
    for (std::string w; std::getline(std::cin, w);)
        std::cout << gatehouse::local::stemOf(w) << '\\n';
}"""
# Of the co-occurrences: how many stems have vectors, beside how many they are counted, and the numbers of each.
ROWS, COLUMNS, DIMENSIONS = 16000, 6000, 128
LEAST_COUNT = 8
SHIFT = 0.3  # of the pointwise mutual information
APART = 12  # places between two texts, so that no window reaches over


def unpack(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        if not list(folder.glob(name + "_*.deb")):
            subprocess.run(["apt-get", "download", name], cwd=folder, check=True)
        subprocess.run(["dpkg-deb", "-x", str(next(iter(folder.glob(name + "_*.deb")))), str(folder)], check=True)
    return folder / "usr/share"


def read(path):
    opener = gzip.open if str(path).endswith((".gz", ".dz")) else open
    with opener(path, "rt", encoding="utf8", errors="ignore") as file:
        return file.read()


def pages(share):
    """Running text, whose words go together when they are at most four apart."""
    markup = re.compile(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", re.S)
    patterns = ["doc/%s/**/*.html*" % name for name in ("anarchism", "debian-handbook/html/en-US", "debian-edu-doc-en",
                "gnucash-docs", "developers-reference", "debian-faq", "harden-doc")]
    patterns += ["help/C/**/*.page", "help/C/**/*.docbook", "help/C/**/*.xml", "libreoffice/help/en-US/**/*.html",
                 "doc/debian/**/*.html", "debian-reference/*.en.html"]
    for pattern in patterns:
        for path in sorted(glob.glob(str(share / pattern), recursive=True)):
            if pathlib.Path(path).is_file():
                yield html.unescape(markup.sub(" ", read(path)))
    for path in sorted((share / "games/fortunes").iterdir()):
        if path.is_file() and path.suffix not in (".dat", ".u8"):
            yield read(path)
    for name in ("gcide", "foldoc", "jargon"):
        yield read(share / "dictd" / (name + ".dict.dz"))


def entries(share):
    """Entries of dictionaries, whose words all go together: synonyms, explanations, translations of one word."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in read(share / "wordnet" / ("data." + part)).split("\n"):
            if line and line[0] != " ":
                synset, _, gloss = line.partition("| ")
                fields = synset.split()
                words = " ".join(fields[4 + 2 * i] for i in range(int(fields[3], 16))).replace("_", " ")
                yield words + " " + gloss + " " + words
    head = ""
    for line in read(share / "mythes/th_en_US_v2.dat").split("\n")[1:]:
        if line.startswith(("(", "-")):
            yield head + " " + re.sub(r"\((generic|related|similar) term\)|\(antonym\)|\|", " ", line.partition("|")[2])
        else:
            head = line.partition("|")[0]
    for line in read(share / "dictd/freedict-jpn-eng.dict.dz").split("\n"):
        if sum(c < "\x7f" for c in line) > 0.9 * len(line):
            yield line
    remarks = re.compile(r"\([^()]*\)|\[[^\]]*\]|\{[^}]*\}|<[^>]*>|/[^/]*/")
    for line in read(share / "trans/de-en").split("\n"):
        if line[:1] != "#" and "::" in line:
            yield from remarks.sub(" ", line.split("::", 1)[1]).split("|")


def stems_of(words, folder):
    source, tool = folder / "stem.cpp", folder / "stem"
    source.write_text(STEMMER)
    subprocess.run(["g++", "-std=c++20", "-O2", "-I", str(ROOT), str(source),
                    str(ROOT / "core/local/language/stem.cpp"), "-o", str(tool)], check=True)
    said = subprocess.run([str(tool)], input="\n".join(words), capture_output=True, text=True, check=True).stdout
    return dict(zip(words, said.split("\n")))


def numbered(texts, folder):
    """The stems, most frequent first, and each kind of text as their numbers; -1: no such stem."""
    word = re.compile(r"[a-z]+")
    texts = {kind: [word.findall(text.lower()) for text in all_texts] for kind, all_texts in texts.items()}
    counts = collections.Counter()
    for kind in texts.values():
        for text in kind:
            counts.update(text)
    words = sorted(w for w, count in counts.items() if count >= 4 and len(w) > 1)
    stems = stems_of(words, folder)
    frequency = collections.Counter()
    for w in words:
        frequency[stems[w]] += counts[w]
    known = sorted((s for s, count in frequency.items() if count >= LEAST_COUNT), key=lambda s: (-frequency[s], s))
    places = {stem: i for i, stem in enumerate(known[:ROWS])}
    number = {w: places.get(stems[w], -1) for w in words}
    arrays = {}
    for kind, kind_texts in texts.items():
        arrays[kind] = numpy.fromiter((n for text in kind_texts for n in
                                       [number.get(w, -1) for w in text] + [-1] * APART), dtype=numpy.int32)
    return list(places), arrays


def association(arrays, rows):
    """Positive pointwise mutual information of each stem with the frequent ones beside it."""
    counts = numpy.zeros(rows * COLUMNS, dtype=numpy.float32)
    kinds = (("pages", 4, lambda apart: 1 / apart), ("entries", 6, lambda apart: 3 / (1 + 0.3 * apart)))
    for kind, reach, weight in kinds:
        for apart in range(1, reach + 1):
            for a, b in ((arrays[kind][:-apart], arrays[kind][apart:]), (arrays[kind][apart:], arrays[kind][:-apart])):
                there = (a >= 0) & (b >= 0) & (b < COLUMNS)
                pairs = a[there] * COLUMNS + b[there]
                counts += numpy.bincount(pairs, minlength=counts.size).astype(numpy.float32) * weight(apart)
    counts = counts.reshape(rows, COLUMNS)
    row, column = counts.sum(1, keepdims=True) + 1, (counts.sum(0, keepdims=True) + 1) ** 0.75
    column *= row.sum() / column.sum()
    for i in range(0, rows, 1000):
        block = counts[i:i + 1000]
        with numpy.errstate(divide="ignore"):
            block[:] = numpy.log(block * row.sum() / (row[i:i + 1000] * column)) - SHIFT
        numpy.maximum(block, 0, out=block)
    return counts


def reduced(matrix):
    """The left singular vectors, weighed by the roots of their values (randomized SVD, Halko et al. 2011)."""
    base = matrix @ numpy.random.default_rng(1).standard_normal((COLUMNS, DIMENSIONS + 20)).astype(numpy.float32)
    for _ in range(2):
        base = matrix @ (matrix.T @ numpy.linalg.qr(base)[0])
    base = numpy.linalg.qr(base)[0]
    left, values, _ = numpy.linalg.svd(base.T @ matrix, full_matrices=False)
    vectors = (base @ left)[:, :DIMENSIONS] * numpy.sqrt(values[:DIMENSIONS])
    vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
    return vectors - vectors.mean(0)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    share = unpack(folder)
    stems, arrays = numbered({"pages": pages(share), "entries": entries(share)}, folder)
    vectors = reduced(association(arrays, len(stems)))
    vectors /= numpy.abs(vectors).max(axis=1, keepdims=True) + 1e-9
    order = sorted(range(len(stems)), key=lambda i: stems[i])
    with open(sys.argv[2], "wb") as file:
        file.write(b"GHWV1 %d %d\n" % (len(stems), DIMENSIONS))
        file.write("".join(stems[i] + "\n" for i in order).encode())
        file.write(numpy.round(vectors[order] * 127).astype(numpy.int8).tobytes())


main()
