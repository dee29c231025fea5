// The results as tables of Markdown, aligned to be read as they are.

const number = (value) => {
  if (value === 0 || value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);
};
const spread = ({ median, least, most }) => `${number(median)} (${number(least)} to ${number(most)})`;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const table = (head, rows) => {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(all[0]), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...all.slice(1).map(line)].join("\n");
};

// { column: { name: summary } } as a table of one row for each name.
const grid = (title, columns, cell) => {
  const names = Object.keys(Object.values(columns)[0]);
  const keys = Object.keys(columns);
  return table([title, ...keys], names.map((name) => [name, ...keys.map((key) => cell(columns, key, name))]));
};

const speed = (columns) =>
  grid("race steps/s, three racers, by batch", columns, (columns, batch, name) => spread(columns[batch][name]));

const racers = (columns) =>
  grid("race steps/s at batch 32, by racers", columns, (columns, count, name) => {
    const { median } = columns[count][name];
    return `${number(median)} (${number(1e6 / median / count)} µs a racer's step)`;
  });

const opening = (browsers) => {
  const rows = Object.entries(browsers).flatMap(([browser, caches]) =>
    Object.entries(caches).map(([cache, { ready, point }]) => [`${browser}, ${cache}`, spread(ready), spread(point)]));
  return table(["ms from opening the page", "until ready", "until the first point"], rows);
};

const sizes = (files) => {
  const all = Object.values(files).reduce((sum, bytes) => sum + bytes, 0);
  return table(["loaded, but the data", "bytes, gzipped"], [...Object.entries(files), ["all", all]]);
};

const turbo = (engines) => {
  const rows = Object.values(engines).map(({ engine, stepsPerSecond, perStep, memory }) => [
    engine.split(":")[0],
    number(stepsPerSecond),
    ...Object.values(perStep).map(number),
    ...Object.values(memory).map(megabytes),
  ]);
  const head = ["the page at turbo, Chromium", "race steps/s", "dispatches/step", "submits/step", "uploads/step", "readbacks/step",
    "page's heap", "worker's heap", "page's module", "worker's module", "GPU buffers"];
  // Two engines, many figures: one row for each figure.
  return table(
    [head[0], ...rows.map((row) => row[0])],
    head.slice(1).map((name, at) => [name, ...rows.map((row) => row[at + 1])]),
  );
};

const endurance = (ratios) =>
  table(["old race over young race, CPU, Chromium", "speed"], Object.entries(ratios).map(([racers, ratio]) => [racers, number(ratio)]));

const longest = (tasks) => (tasks.length ? `${tasks.length}, the longest ${number(Math.max(...tasks))} ms` : "none");

const frames = ({ steps, longTasks, situations }) => {
  const rows = Object.entries(situations).map(([name, { framesPerSecond, longestFrame, longTasks, stepsPerSecond }]) =>
    [name, number(framesPerSecond), number(longestFrame), longest(longTasks), number(stepsPerSecond)]);
  const before = [`the first ${steps} steps`, "", "", longest(longTasks), ""];
  return table(
    ["eight racers at turbo, CPU, Chromium", "frames/s", "longest, ms", "tasks over 50 ms", "race steps/s"],
    [before, ...rows],
  );
};

// What is wanted of the figures, and what was reached.
const targets = ({ speed, racers, opening, sizes, turbo, frames, endurance }) => {
  const rows = [];
  const want = (what, value, least, most) => {
    if (!Number.isFinite(value)) return;
    const met = value >= (least ?? -Infinity) && value <= (most ?? Infinity);
    rows.push([what, number(value), least === undefined ? `at most ${most}` : `at least ${least}`, met ? "yes" : "no"]);
  };
  const best = (batch, start) => {
    const named = Object.entries(speed[batch]).filter(([name]) => name.startsWith(start));
    return named.length ? Math.max(...named.map(([, { median }]) => median)) : NaN;
  };
  for (const [batch, jax, torch] of speed ? [[32, 5, 1.5], [128, 3, 1.1], [512, 3, undefined]] : []) {
    const cpu = best(batch, "GradPrix CPU, Chromium");
    want(`CPU engine in Chromium over the best of TensorFlow.js, batch ${batch}`, cpu / best(batch, "TensorFlow.js"), 10);
    want(`CPU engine in Chromium over the best of jax-js, batch ${batch}`, cpu / best(batch, "jax-js"), jax);
    if (torch) want(`CPU engine in Chromium over native PyTorch, batch ${batch}`, cpu / best(batch, "PyTorch"), torch);
  }
  if (speed) {
    const gpu = best(32, "GradPrix GPU, Chromium");
    want("GPU engine over TensorFlow.js-webgpu, same adapter, batch 32", gpu / best(32, "TensorFlow.js webgpu"), 10);
    want("GPU engine over jax-js-webgpu, same adapter, batch 32", gpu / best(32, "jax-js webgpu"), 4);
  }
  for (const name of racers ? Object.keys(racers[3]) : []) {
    want(`cost of 48 racers over that of 3: ${name}`, racers[3][name].median / racers[48][name].median, undefined, 12);
  }
  for (const [browser, { cached }] of Object.entries(opening ?? {})) {
    want(`ms to the first point, cached, ${browser}`, cached.point.median, undefined, 1000);
  }
  if (sizes) want("KB gzipped without the data", Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0) / 1000, undefined, 300);
  if (turbo) {
    const { dispatches, ...others } = turbo.gpu.perStep;
    want("dispatches a race step", dispatches, undefined, 3);
    for (const [name, value] of Object.entries(others)) want(`${name} a race step at turbo`, value, undefined, 1 / 16);
  }
  for (const [name, { framesPerSecond }] of Object.entries(frames?.situations ?? {})) {
    want(`frames/s with ${frames.steps} steps of history, ${name}`, framesPerSecond, 55);
  }
  if (frames) {
    const tasks = [frames, ...Object.values(frames.situations)].flatMap(({ longTasks }) => longTasks);
    want("main-thread tasks over 50 ms in that race", tasks.length, undefined, 0);
  }
  for (const [name, ratio] of Object.entries(endurance ?? {})) want(`old race over young race, ${name}`, ratio, 0.9);
  return table(["target", "measured", "wanted", "met"], rows);
};

const tables = { speed, racers, opening, sizes, turbo, frames, endurance };

// All that was measured, as Markdown.
export const report = (results) => {
  const { date, cores, processor, versions, effort } = results;
  const head = `${date}, ${cores} cores (${processor}), ${Object.values(versions).join(", ")}. Medians and ranges of ` +
    `${effort.rounds} interleaved rounds of about ${effort.milliseconds} ms.`;
  const shown = Object.entries(tables).filter(([name]) => results[name]).map(([name, show]) => show(results[name]));
  return `${[head, ...shown, targets(results)].join("\n\n")}\n`;
};
