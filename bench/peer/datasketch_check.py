"""Finds the pairs of near texts by datasketch and prints them, and the processor seconds it took."""
import json
import sys
import time

import datasketch

PERMUTATIONS = 128
SHINGLE = 5
OUR_BANDS = (25, 5)

texts, threshold = json.load(open(sys.argv[1])), float(sys.argv[2])


def shingles(text: str) -> set[bytes]:
    data = " ".join(text.lower().split()).encode()
    return {data[i : i + SHINGLE] for i in range(max(1, len(data) - SHINGLE + 1))}


start = time.process_time()
sketches = datasketch.MinHash.bulk(map(shingles, texts), num_perm=PERMUTATIONS)
answer = {
    "version": datasketch.__version__,
    "pairs": {},
    "cpu": {"naming": time.process_time() - start, "finding": {}},
}
for name, params in (("its", None), ("ours", OUR_BANDS)):
    lsh = datasketch.MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, params=params)
    start = time.process_time()
    pairs = []
    for place, minhash in enumerate(sketches):
        pairs += [[other, place] for other in lsh.query(minhash) if minhash.jaccard(sketches[other]) >= threshold]
        lsh.insert(place, minhash, check_duplication=False)
    answer["cpu"]["finding"][name] = time.process_time() - start
    answer["pairs"][name] = pairs
print(json.dumps(answer))
