"""PyTorch on the same work, for `cargo xtask bench --peers` and for card.py: `pytorch.py VARIANT FOLDER` with MNIST in
that folder.

It speaks as native.rs does: one JSON request a line on standard input, one answer a line on standard output. The images
are resident, each step gathers its minibatch once for all racers, and losses are read at the end of a run only.

Variants: on all cores `eager`, with optimizers at their defaults, and `fused`, with the fused optimizers where PyTorch
has them; on a CUDA card `graphs`, where a graph of some steps is captured once and replayed, with the fused optimizers.
"""

import gzip
import json
import sys
import time

import torch
from torch.nn.functional import cross_entropy

VARIANT, FOLDER = sys.argv[1:]
IMAGES, PIXELS, HIDDEN, CLASSES = 60_000, 784, 128, 10
GRAPHS = VARIANT == "graphs"
DEVICE = torch.device("cuda" if GRAPHS else "cpu")

# Steps in a graph.
CAPTURED = 25


def unpacked(name, header):
    with gzip.open(f"{FOLDER}/{name}.gz") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def network():
    model = torch.nn.Sequential(torch.nn.Linear(PIXELS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    for layer in model[0], model[2]:
        torch.nn.init.kaiming_normal_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    return model.to(DEVICE)


def optimizer(name, parameters):
    make, settings, has_fused = {
        "gd": (torch.optim.SGD, {"lr": 0.1}, True),
        "rmsprop": (torch.optim.RMSprop, {"lr": 0.001, "alpha": 0.9}, False),
        "adam": (torch.optim.Adam, {"lr": 0.001}, True),
    }[name]
    if VARIANT != "eager" and has_fused:
        settings["fused"] = True
    if GRAPHS and name != "gd":
        settings["capturable"] = True
    return make(parameters, **settings)


def racer(name):
    model = network()
    chosen = optimizer(name, model.parameters())

    def step(x, y):
        loss = cross_entropy(model(x), y)
        chosen.zero_grad()
        loss.backward()
        chosen.step()
        return loss

    return step


class Eager:
    """The steps one after the other, as they are written."""

    def __init__(self, names, size):
        self.racers = [racer(name) for name in names]
        self.minibatches = self.shuffled(size)

    @staticmethod
    def shuffled(size):
        while True:
            order = torch.randperm(IMAGES)
            for start in range(0, IMAGES - size + 1, size):
                yield order[start : start + size]

    def run(self, steps):
        losses = []
        for _ in range(steps):
            indices = next(self.minibatches)
            x, y = images[indices], labels[indices]
            losses = [step(x, y) for step in self.racers]
        return [loss.item() for loss in losses]


class Graphs:
    """The steps as a graph that counts through the epoch on the card."""

    def __init__(self, names, size):
        self.racers = [racer(name) for name in names]
        self.size, self.steps_per_epoch = size, IMAGES // size
        self.order = torch.randperm(IMAGES, device=DEVICE)
        self.offsets = torch.arange(size, device=DEVICE)
        self.start = torch.zeros((), dtype=torch.int64, device=DEVICE)
        self.done = 0
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                self.step()
        torch.cuda.current_stream().wait_stream(side)
        self.graphs = {count: self.captured(count) for count in (1, CAPTURED)}

    def captured(self, count):
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(count):
                losses = self.step()
        return graph, losses

    def step(self):
        indices = self.order[self.start + self.offsets]
        x, y = images[indices], labels[indices]
        losses = [step(x, y) for step in self.racers]
        self.start.add_(self.size)
        return losses

    def run(self, steps):
        while steps > 0:
            left = self.steps_per_epoch - self.done % self.steps_per_epoch
            if left == self.steps_per_epoch:
                self.order.copy_(torch.randperm(IMAGES, device=DEVICE))
                self.start.zero_()
            count = CAPTURED if min(steps, left) >= CAPTURED else 1
            graph, losses = self.graphs[count]
            graph.replay()
            steps -= count
            self.done += count
        return torch.stack(losses).tolist()


images = (unpacked("train-images-idx3-ubyte", 16).reshape(IMAGES, PIXELS).float() / 255).to(DEVICE)
labels = unpacked("train-labels-idx1-ubyte", 8).long().to(DEVICE)


def main():
    race = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "prepare" in request:
            names = [each["optimizer"] for each in request["prepare"]["racers"]]
            race = (Graphs if GRAPHS else Eager)(names, request["prepare"]["batch_size"])
        else:
            start = time.perf_counter()
            answer["losses"] = race.run(request["run"])
            answer["milliseconds"] = (time.perf_counter() - start) * 1000
        print(json.dumps(answer), flush=True)


main()
