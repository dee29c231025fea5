// Measures GradPrix, and its peers where they are wanted, in one run. `cargo xtask bench` starts it, with everything
// built and served. Prints a report, and writes it as bench.md and bench.json.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { dataFolder, launch, url, withoutMnist } from "../browser/browsers.mjs";
import { inPage, program } from "./contenders.mjs";
import { longRace } from "./frames.mjs";
import { opening, sizes, turboRace } from "./real.mjs";
import { report } from "./report.mjs";
import { median, rates } from "./rounds.mjs";

const { quick, only, peers, python, output } = parseArgs({
  options: {
    quick: { type: "boolean" },
    only: { type: "string", multiple: true, default: [] },
    peers: { type: "boolean" },
    python: { type: "string" },
    output: { type: "string" },
  },
}).values;
if (withoutMnist) throw new Error("the bench needs MNIST, which is neither in MNIST_DIR nor reachable");
const here = dirname(fileURLToPath(import.meta.url));
const effort = quick ? { rounds: 2, milliseconds: 200 } : { rounds: 5, milliseconds: 500 };
const openings = quick ? 2 : 5;

const OPTIMIZERS = ["gd", "rmsprop", "adam"];
const config = (batch_size, racers) => ({
  batch_size,
  racers: Array.from({ length: racers }, (_, racer) => ({ optimizer: OPTIMIZERS[racer % OPTIMIZERS.length] })),
});

// Both browsers run for the whole time, so that everyone meets the same machine.
const browsers = { chromium: await launch("chromium"), firefox: await launch("firefox") };

const page = (browser, name, module, options) => () => inPage(browsers[browser], url, name, module, options);
const native = (name, engine) => () =>
  program(name, process.env.CARGO ?? "cargo", ["bench", "--quiet", "--bench", "native", "--", engine, dataFolder], here);
const torch = (name, variant) => () => program(name, python, ["pytorch.py", variant, dataFolder], here);

const ours = [
  page("chromium", "GradPrix CPU, Chromium", "gradprix", { engine: "cpu" }),
  page("firefox", "GradPrix CPU, Firefox", "gradprix", { engine: "cpu" }),
  native("GradPrix CPU, native", "cpu"),
  page("chromium", "GradPrix GPU, Chromium", "gradprix", { engine: "gpu" }),
  page("firefox", "GradPrix GPU, Firefox", "gradprix", { engine: "gpu" }),
  native("GradPrix GPU, native", "gpu"),
];
const theirs = [
  page("chromium", "jax-js wasm, Chromium", "jax", { device: "wasm" }),
  page("chromium", "jax-js webgpu, Chromium", "jax", { device: "webgpu" }),
  page("chromium", "TensorFlow.js wasm, Chromium", "tensorflow", { backend: "wasm" }),
  page("chromium", "TensorFlow.js cpu, Chromium", "tensorflow", { backend: "cpu" }),
  page("chromium", "TensorFlow.js webgpu, Chromium", "tensorflow", { backend: "webgpu" }),
  ...(python ? [torch("PyTorch eager, native", "eager"), torch("PyTorch fused, native", "fused")] : []),
];

// Starts them one after the other, measures them together, and ends them.
const together = async (starts, measure) => {
  const contenders = [];
  try {
    for (const start of starts) contenders.push(await start());
    return await measure(contenders);
  } finally {
    for (const contender of contenders) await contender.close();
  }
};

/** Steps after which a race is old. */
const OLD = quick ? 2000 : 20_000;
/** Steps of an old and of a young race whose times are compared. */
const WINDOW = 500;

// The speed of an old race over that of a young one's first steps, measured in turns.
const endurance = (racers) =>
  together([ours[0], ours[0]], async ([old, young]) => {
    const wanted = { batch_size: 32, racers: racers.map((optimizer) => ({ optimizer })) };
    await old.prepare(wanted);
    await old.run(OLD);
    const times = { old: [], young: [] };
    for (let round = 0; round <= effort.rounds; round++) {
      await young.prepare(wanted);
      times.young.push((await young.run(WINDOW)).milliseconds);
      times.old.push((await old.run(WINDOW)).milliseconds);
    }
    // The first round warms up.
    return median(times.young.slice(1)) / median(times.old.slice(1));
  });

const sections = {
  speed: async () => {
    const speed = {};
    await together(peers ? [...ours, ...theirs] : ours, async (contenders) => {
      for (const batch of [32, 128, 512]) speed[batch] = await rates(contenders, config(batch, 3), effort);
    });
    return speed;
  },
  racers: async () => {
    const racers = {};
    await together(ours, async (contenders) => {
      for (const count of [1, 3, 12, 48]) racers[count] = await rates(contenders, config(32, count), effort);
    });
    return racers;
  },
  opening: async () => ({
    Chromium: await opening(browsers.chromium, url, openings),
    Firefox: await opening(browsers.firefox, url, openings),
  }),
  sizes: () => sizes(browsers.chromium, url),
  turbo: () => turboRace(browsers.chromium, url, quick ? 2000 : 6000),
  frames: () => longRace(browsers.chromium, url, quick ? 5000 : 100_000),
  endurance: async () => {
    const ratios = { "all three": await endurance(OPTIMIZERS) };
    for (const optimizer of OPTIMIZERS) ratios[optimizer] = await endurance([optimizer]);
    return ratios;
  },
};

const unknown = only.filter((name) => !(name in sections));
if (unknown.length) throw new Error(`there is no ${unknown}; there are ${Object.keys(sections).join(", ")}`);
const results = {
  date: new Date().toISOString().slice(0, 10),
  cores: cpus().length,
  processor: cpus()[0]?.model ?? "unknown",
  versions: { Chromium: await browsers.chromium.version(), Firefox: await browsers.firefox.version() },
  effort,
};
for (const [name, measure] of Object.entries(sections)) {
  if (only.length && !only.includes(name)) continue;
  console.error(`Measuring: ${name}`);
  results[name] = await measure();
}
for (const browser of Object.values(browsers)) await browser.close();

const text = report(results);
console.log(text);
writeFileSync(join(output, "bench.json"), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(join(output, "bench.md"), text);
