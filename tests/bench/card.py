"""The native GPU engine beside PyTorch on a real graphics card, where Node.js may be missing: `card.py PROGRAM FOLDER`.

PROGRAM is what `cargo bench --no-run --bench native` built, FOLDER holds MNIST. Python must have a PyTorch that sees the
card. Prints tables of Markdown: race steps per second, medians and ranges of interleaved rounds; five epochs of batch 32;
and the floor below which no step can go.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import torch

PROGRAM, FOLDER = sys.argv[1:]
ROUNDS, MILLISECONDS = 5, 400
OPTIMIZERS = ["gd", "rmsprop", "adam"]
RACES = [(32, 3), (128, 3), (1024, 3), (32, 48), (128, 48), (1024, 48)]
# Five epochs of 60,000 images at batch 32.
ARTICLE = 9375
DISPATCHES = 3


class Contender:
    def __init__(self, name, *command):
        self.name = name
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with {self.process.wait()}")
        return json.loads(line)

    def run(self, steps):
        answer = self.ask(run=steps)
        # Speed at work that is not done counts for nothing: ln 10 is chance.
        assert all(loss < 2.3 for loss in answer["losses"]), (self.name, answer["losses"])
        return answer["milliseconds"]

    def calibrated(self):
        self.ask(run=64)
        steps = 64
        while (took := self.run(steps)) < MILLISECONDS / 4:
            steps *= 2
        return round(steps * MILLISECONDS / took)


def config(batch, racers):
    return {
        "batch_size": batch,
        "racers": [{"optimizer": OPTIMIZERS[racer % len(OPTIMIZERS)]} for racer in range(racers)],
    }


def spread(values):
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def rates(contenders, race):
    """Race steps per second of each contender."""
    steps, found = [], [[] for _ in contenders]
    for contender in contenders:
        contender.ask(prepare=race)
        steps.append(contender.calibrated())
    for _ in range(ROUNDS):
        for contender, count, own in zip(contenders, steps, found):
            own.append(1000 * count / contender.run(count))
    return found


def bandwidth():
    """Bytes per second that a copy on the card reads and writes."""
    source = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    times = []
    for _ in range(5):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(10):
            target.copy_(source)
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / 10)
    return 2 * source.numel() / statistics.median(times)


def main():
    torch_name = f"PyTorch {torch.__version__}, CUDA graphs"
    ours = Contender("GradPrix GPU, native", PROGRAM, "gpu", FOLDER)
    theirs = Contender(torch_name, sys.executable, str(Path(__file__).parent / "pytorch.py"), "graphs", FOLDER)
    print(f"{torch.cuda.get_device_name()}, {time.strftime('%Y-%m-%d')}\n", flush=True)

    latency = statistics.median(ours.ask(dispatch=10_000)["milliseconds"] for _ in range(5)) / 10_000
    bytes_per_second = bandwidth()
    print(
        f"A dispatch that waits for the one before takes {1000 * latency:.2f} µs;"
        f" a copy moves {bytes_per_second / 1e12:.2f} TB/s.\n"
    )

    print(f"| batch | racers | {ours.name}, race steps/s | {theirs.name} | ratio | of the floor |\n" + "|---" * 6 + "|")
    parameters = 784 * 128 + 128 + 128 * 10 + 10
    for batch, racers in RACES:
        own, other = rates([ours, theirs], config(batch, racers))
        # Each racer's weights are read forward; weights and state are read and written by the update: 1, 2 or 3 of them.
        moved = racers * 4 * parameters * (1 + 2 * (1 + 2 + 3) / 3)
        floor = max(DISPATCHES * latency / 1000, moved / bytes_per_second)
        rate = statistics.median(own)
        print(
            f"| {batch} | {racers} | {spread(own)} | {spread(other)} | {rate / statistics.median(other):.2f}"
            f" | {100 * floor * rate:.0f}% of {1e6 * floor:.1f} µs |",
            flush=True,
        )

    print("\n| five epochs at batch 32, three racers | seconds, median and range |\n|---|---|")
    for contender in (ours, theirs):
        contender.ask(prepare=config(32, 3))
        contender.run(ARTICLE)
        seconds = [contender.run(ARTICLE) / 1000 for _ in range(3)]
        print(f"| {contender.name} | {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f}) |")


main()
