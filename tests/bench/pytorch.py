"""PyTorch on all cores, for `cargo xtask bench --peers`: `pytorch.py VARIANT FOLDER` with MNIST in that folder.

It speaks as native.rs does: one JSON request a line on standard input, one answer a line on standard output. The images
are resident, each step gathers its minibatch once for all racers, and losses are read at the end of a run only.

Variants: `eager`, with optimizers at their defaults, and `fused`, with the fused optimizers where PyTorch has them.
"""

import gzip
import json
import sys
import time

import torch
from torch.nn.functional import cross_entropy

VARIANT, FOLDER = sys.argv[1:]
IMAGES, PIXELS, HIDDEN, CLASSES = 60_000, 784, 128, 10


def unpacked(name, header):
    with gzip.open(f"{FOLDER}/{name}.gz") as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def network():
    model = torch.nn.Sequential(torch.nn.Linear(PIXELS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, CLASSES))
    for layer in model[0], model[2]:
        torch.nn.init.kaiming_normal_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    return model


def optimizer(name, parameters):
    make, settings, has_fused = {
        "gd": (torch.optim.SGD, {"lr": 0.1}, True),
        "rmsprop": (torch.optim.RMSprop, {"lr": 0.001, "alpha": 0.9}, False),
        "adam": (torch.optim.Adam, {"lr": 0.001}, True),
    }[name]
    if VARIANT == "fused" and has_fused:
        settings["fused"] = True
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


def minibatches(size):
    while True:
        order = torch.randperm(IMAGES)
        for start in range(0, IMAGES - size + 1, size):
            yield order[start : start + size]


def main():
    images = unpacked("train-images-idx3-ubyte", 16).reshape(IMAGES, PIXELS).float() / 255
    labels = unpacked("train-labels-idx1-ubyte", 8).long()
    racers, chosen = [], None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "prepare" in request:
            racers = [racer(each["optimizer"]) for each in request["prepare"]["racers"]]
            chosen = minibatches(request["prepare"]["batch_size"])
        else:
            start = time.perf_counter()
            losses = []
            for _ in range(request["run"]):
                indices = next(chosen)
                x, y = images[indices], labels[indices]
                losses = [step(x, y) for step in racers]
            answer["losses"] = [loss.item() for loss in losses]
            answer["milliseconds"] = (time.perf_counter() - start) * 1000
        print(json.dumps(answer), flush=True)


main()
