"""Replays a race of GradPrix in PyTorch: the same initial weights, minibatches, optimizers and schedules.

    python race.py --data DIR --steps N --csv FILE

DIR holds MNIST's four IDX files, gzipped or not. Only NumPy and PyTorch are needed. The losses are those of the race up
to float32's rounding, which grows from step to step; --float64 trains without it.
"""

import argparse
import csv
import gzip
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.nn.utils import clip_grad_norm_, clip_grad_value_, parameters_to_vector
from torch.optim import lr_scheduler

# CONFIGURATION

# Chance: PCG64, each purpose with a stream of its own.


def generator(seed, stream):
    """PCG64 seeded as its author does it: NumPy's generator, without NumPy's own hashing of seeds."""
    multiplier, increment = 0x2360ED051FC65DA44385DF649FCCF645, 2 * stream + 1
    state = ((seed + increment) * multiplier + increment) % 2**128
    bits = np.random.PCG64()
    pcg = {"state": state, "inc": increment}
    bits.state = {"bit_generator": "PCG64", "has_uint32": 0, "uinteger": 0, "state": pcg}
    return bits


def uniforms(bits, count):
    """Uniform in [0, 1): the upper 53 bits of each draw."""
    return (bits.random_raw(count) >> np.uint64(11)) * 2.0**-53


def normals(bits, count):
    """Box & Muller: two uniforms make two normals. Of a last pair half used, the second is lost."""
    pairs = uniforms(bits, count + count % 2).reshape(-1, 2)
    radius, angle = np.sqrt(-2.0 * np.log(1.0 - pairs[:, 0])), 2.0 * np.pi * pairs[:, 1]
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).ravel()[:count]


def initial_weights(bits, inputs, units):
    """W [inputs, units] of z = x W + b."""
    count = inputs * units
    if INIT == "he_normal":
        values = normals(bits, count) * math.sqrt(2.0 / inputs)
    elif INIT == "zeros":
        values = np.zeros(count)
    else:
        limit = {"glorot_uniform": math.sqrt(6.0 / (inputs + units)), "pytorch": 1.0 / math.sqrt(inputs)}[INIT]
        values = (2.0 * uniforms(bits, count) - 1.0) * limit
    return values.astype(np.float32).reshape(inputs, units)


def initial_parameters():
    """W1, b1, W2, b2, …: the weights from stream 0, layer after layer; all biases zero."""
    bits, sizes, parameters = generator(SEED, 0), [784, *HIDDEN, 10], []
    for inputs, units in zip(sizes, sizes[1:]):
        parameters += [initial_weights(bits, inputs, units), np.zeros(units, np.float32)]
    return parameters


def order(epoch, count):
    """The order in which an epoch takes the images: Fisher & Yates' shuffle, from stream 1 + epoch."""
    indices = list(range(count))
    draws = generator(SEED, 1 + epoch).random_raw(count - 1).tolist() if count > 1 else []
    for i, draw in zip(range(count - 1, 0, -1), draws):
        j = draw * (i + 1) >> 64
        indices[i], indices[j] = indices[j], indices[i]
    return np.array(indices)


def minibatches(count):
    """Epoch, images before it, and indices of each step's images; the last minibatch of an epoch may be short."""
    epoch = 0
    while True:
        indices = order(epoch, count)
        for start in range(0, count, BATCH_SIZE):
            yield epoch, epoch * count + start, indices[start : start + BATCH_SIZE]
        epoch += 1


def scrambled(value):
    """Jarzynski & Olano's hash PCG-RXS-M-XS of uint32s."""
    state = value * np.uint32(747796405) + np.uint32(2891336453)
    word = ((state >> ((state >> np.uint32(28)) + np.uint32(4))) ^ state) * np.uint32(277803737)
    return (word >> np.uint32(22)) ^ word


def dropout_masks(step, images):
    """For each hidden layer [images, units]: 0 where a unit is left out, else 1/(1 - p). The same for every racer."""
    key = scrambled(np.array([SEED], np.uint32) ^ scrambled(np.array([step % 2**32], np.uint32)))
    masks = []
    for layer, units in enumerate(HIDDEN):
        places = np.arange(images)[:, None] * MASK_COLUMNS + np.arange(units)
        hashes = scrambled(scrambled(key + np.uint32(1 + layer)) ^ places.astype(np.uint32))
        stays = hashes >= np.uint32(int(DROPOUT * 2**32))
        masks.append(torch.from_numpy(stays).to(torch.get_default_dtype()) / (1.0 - DROPOUT))
    return masks


# Data.


def read(folder, name):
    """The bytes of an IDX file, one row an image or label."""
    path = Path(folder, name)
    raw = path.read_bytes() if path.exists() else gzip.decompress(Path(folder, name + ".gz").read_bytes())
    dimensions = raw[3]
    count = int.from_bytes(raw[4:8], "big")
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * dimensions).reshape(count, -1)


def pixel_values(images):
    """What the network sees of each of the 256 values of a byte."""
    shares = np.arange(256) / 255.0
    if PREPROCESSING == "binarize":
        shares = np.where(np.arange(256) >= 128, 1.0, 0.0)
    elif PREPROCESSING == "standardize":
        # Counted by value: the moments are exact.
        weights = np.bincount(images.ravel(), minlength=256) / images.size
        mean = weights @ shares
        deviation = math.sqrt(max(weights @ shares**2 - mean**2, 0.0)) or 1.0
        shares = (shares - mean) / deviation
    return torch.from_numpy(shares).to(torch.get_default_dtype())


# Network.


def activation(z):
    return {"relu": torch.relu, "tanh": torch.tanh, "gelu": lambda z: F.gelu(z, approximate="tanh")}[ACTIVATION](z)


def network(parameters, inputs, masks=None):
    """Logits, and the hidden layers' (z, activation) before dropout."""
    layers, hidden = list(zip(parameters[::2], parameters[1::2])), []
    for number, (w, b) in enumerate(layers[:-1]):
        z = inputs @ w + b
        inputs = activation(z)
        hidden.append((z, inputs))
        if masks:
            inputs = inputs * masks[number]
    w, b = layers[-1]
    return inputs @ w + b, hidden


def dead_units(hidden):
    """Share of hidden units whose slope stays below DEAD_SLOPE for every image."""
    dead = 0
    for z, a in hidden:
        (slope,) = torch.autograd.grad(a.sum(), z, retain_graph=True)
        dead += (slope < DEAD_SLOPE).all(dim=0).sum().item()
    return dead / max(sum(HIDDEN), 1)


class Racer:
    """The network in the hands of one optimizer."""

    def __init__(
        self, name, optimizer, scheduler=None, last_step=math.inf, warmup_steps=0,
        l1=0, l2=0, weight_decay=0, clip_norm=0, clip_value=0, label_smoothing=0,
    ):  # fmt: skip
        self.name = name
        dtype = torch.get_default_dtype()
        self.parameters = [torch.from_numpy(p).to(dtype).requires_grad_() for p in initial_parameters()]
        # Only weights are held down, biases never.
        self.weights = self.parameters[::2]
        self.optimizer = optimizer([{"params": self.weights}, {"params": self.parameters[1::2]}])
        self.scheduler = scheduler(self.optimizer) if scheduler else None
        self.last_step, self.warmup_steps, self.steps = last_step, warmup_steps, 0
        self.l1, self.l2, self.weight_decay = l1, l2, weight_decay
        self.clip_norm, self.clip_value, self.label_smoothing = clip_norm, clip_value, label_smoothing
        # AdamW's weight_decay acts beside the gradient; everywhere else in PyTorch it is L2, in the gradient.
        self.is_adamw = isinstance(self.optimizer, torch.optim.AdamW)
        decays = [weight_decay if self.is_adamw else l2, 0.0]
        for group, decay in zip(self.optimizer.param_groups, decays):
            group["weight_decay"] = decay

    def step(self, inputs, labels, masks):
        """One training step; returns what METRICS names, all but update_ratio from before the update."""
        logits, hidden = network(self.parameters, inputs, masks)
        loss = F.cross_entropy(logits, labels)
        self.optimizer.zero_grad()
        F.cross_entropy(logits, labels, label_smoothing=self.label_smoothing).backward(retain_graph=True)
        before = [p.detach().clone() for p in self.parameters]
        gradient_norm = parameters_to_vector([p.grad for p in self.parameters]).norm().item()
        penalty = sum(self.l1 * w.abs().sum() + self.l2 / 2 * (w * w).sum() for w in before[::2]).item()
        dead = dead_units(hidden)
        self.clip_and_penalise()
        rate = self.update(before[::2])
        after = parameters_to_vector(self.parameters).detach()
        size = parameters_to_vector(before).norm().item()
        ratio = (after - parameters_to_vector(before)).norm().item() / size if size else 0.0
        return loss.item(), gradient_norm, ratio, dead, rate, penalty

    @torch.no_grad()
    def clip_and_penalise(self):
        if self.clip_value:
            clip_grad_value_(self.parameters, self.clip_value)
        if self.clip_norm:
            clip_grad_norm_(self.parameters, self.clip_norm)
        for w in self.weights:
            w.grad += self.l1 * w.sign()
            if self.is_adamw:
                w.grad += self.l2 * w

    @torch.no_grad()
    def update(self, weights_before):
        """Moves the parameters; returns the learning rate used."""
        groups = self.optimizer.param_groups
        scheduled = groups[0]["lr"]
        # By hand: PyTorch has no warm-up that multiplies just any schedule.
        rate = scheduled * min(1.0, (self.steps + 1) / self.warmup_steps) if self.warmup_steps else scheduled
        for group in groups:
            group["lr"] = rate
        self.optimizer.step()
        for group in groups:
            group["lr"] = scheduled
        if not self.is_adamw:
            for w, w_before in zip(self.weights, weights_before):
                w -= rate * self.weight_decay * w_before
        self.steps += 1
        # Behind its end PyTorch's cosine would rise again, and its cycle refuse.
        if self.scheduler and self.steps <= self.last_step:
            self.scheduler.step()
        return rate

    @torch.no_grad()
    def evaluate(self, inputs, labels):
        """Mean cross-entropy and share of images recognised."""
        logits, _ = network(self.parameters, inputs)
        return F.cross_entropy(logits, labels).item(), (logits.argmax(dim=1) == labels).double().mean().item()


# RACERS


def main():
    parser = argparse.ArgumentParser(description="Replays a race of GradPrix in PyTorch.")
    parser.add_argument("--data", required=True, help="the folder of MNIST's four IDX files")
    parser.add_argument("--steps", type=int, default=469, help="how many steps to run")
    parser.add_argument("--csv", default="race.csv", help="where to write the curves")
    parser.add_argument("--float64", action="store_true", help="train in float64")
    arguments = parser.parse_args()
    if arguments.float64:
        torch.set_default_dtype(torch.float64)
    torch.set_flush_denormal(True)
    images = read(arguments.data, "train-images-idx3-ubyte")
    labels = torch.from_numpy(read(arguments.data, "train-labels-idx1-ubyte").ravel().astype(np.int64))
    values, field = pixel_values(images), racers()
    with open(arguments.csv, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        columns = [f"{racer.name}.{metric}" for racer in field for metric in METRICS]
        table.writerow(["step", "epoch", "images", *columns])
        for step, (epoch, seen, batch) in zip(range(arguments.steps), minibatches(len(images))):
            inputs = values[torch.from_numpy(images[batch].astype(np.int64))]
            masks = dropout_masks(step, len(batch)) if DROPOUT else None
            metrics = [racer.step(inputs, labels[batch], masks) for racer in field]
            table.writerow([step, epoch, seen, *(f"{value:.9g}" for own in metrics for value in own)])
            if step % 100 == 0:
                print(f"step {step}: " + ", ".join(f"{r.name} {own[0]:.4f}" for r, own in zip(field, metrics)))
    test_images = torch.from_numpy(read(arguments.data, "t10k-images-idx3-ubyte").astype(np.int64))
    test_labels = torch.from_numpy(read(arguments.data, "t10k-labels-idx1-ubyte").ravel().astype(np.int64))
    for racer in field:
        loss, accuracy = racer.evaluate(values[test_images], test_labels)
        print(f"{racer.name}: test loss {loss:.4f}, accuracy {accuracy:.2%}")


if __name__ == "__main__":
    main()
