"""How long it takes to compare the work of 10,000 attempts: fingerprints of their words, hashes of their pictures.

python .ci/bench_similarity.py [NUMBER]     wanted: at most 60 s of processor time for 10,000
"""

import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

from courses.similarity.pairing import Work, alike  # noqa: E402  # needs the path above
from courses.similarity.prints import fingerprints, given  # noqa: E402  # needs the path above

WORDS = 250  # of one work: a conversation of some turns
COPIES = 0.02  # share of works that take a third from another one


def texts(number: int) -> list[str]:
    chance = random.Random(7)  # nothing secret
    known = [f"w{n}" for n in range(4000)]
    weights = [1 / (n + 1) for n in range(len(known))]  # as words of a language are spread (Zipf)
    made = [chance.choices(known, weights, k=WORDS) for _ in range(number)]
    for words in made[:: int(1 / COPIES)]:
        words[: WORDS // 2] = chance.choice(made)[: WORDS // 2]
    return [" ".join(words) for words in made]


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    chance = random.Random(8)  # the same
    written, without = texts(number), given(["You are a friendly assistant that answers in one sentence."])
    begin = time.process_time()
    works = [
        Work(str(n), n, frozenset(), fingerprints(text, without), (chance.getrandbits(64),))
        for n, text in enumerate(written)
    ]
    read = time.process_time()
    pairs = alike(works)
    end = time.process_time()
    print(f"{number} works of {WORDS} words and a picture each: fingerprints {read - begin:.1f} s, "
          f"pairs {end - read:.1f} s of processor time; {len(pairs)} pairs  (wanted: 60 s)")  # fmt: skip


if __name__ == "__main__":
    main()
