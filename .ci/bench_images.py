"""How long the embedded image engine takes for a picture, by size and steps, on one core.

python .ci/bench_images.py          a table
python .ci/bench_images.py --json   one JSON object a line
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median

for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[threads] = "1"  # before numpy is there: one core is what is measured
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from workers.backends.requests import ImageRequest  # noqa: E402  # needs the path above
from workers.engines.diffusion import draw  # noqa: E402  # needs the path above

TARGET = 1.5  # seconds for 512 × 512 with four steps
TIMES = 5
PROMPT = "sunset over the sea with a boat and two birds"
CASES = [(256, 4), (512, 1), (512, 4), (512, 20), (512, 50), (768, 4), (1024, 4), (2048, 4)]


def measure(size: int, steps: int) -> tuple[float, float]:
    """Seconds for one picture as a PNG file, and seconds of the processor: medians over seeds."""
    taken, worked = [], []
    for seed in range(TIMES):
        request = ImageRequest(prompt=PROMPT, width=size, height=size, steps=steps, seed=seed)
        begin, working = time.perf_counter(), time.process_time()
        draw(request)
        taken.append(time.perf_counter() - begin)
        worked.append(time.process_time() - working)
    return median(taken), median(worked)


def main() -> None:
    for size, steps in CASES:
        taken, worked = measure(size, steps)
        if "--json" in sys.argv:
            case = {"size": f"{size}x{size}", "steps": steps, "seconds": round(taken, 3), "cpu": round(worked, 3)}
            print(json.dumps(case), flush=True)
        else:
            print(f"{size:5} × {size:<5} {steps:3} steps {taken:7.3f} s ({worked:.3f} s of the processor)", flush=True)
    if "--json" not in sys.argv:
        load = os.getloadavg()[0]
        print(f"Wanted: at most {TARGET} s for 512 × 512 with 4 steps, on an idle core. Load now: {load:.1f}")


if __name__ == "__main__":
    main()
