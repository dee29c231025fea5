// Fair measuring on a noisy machine: everyone takes turns, round by round, and the median counts.

/** Chance: the loss of a network that knows nothing. */
const CHANCE = Math.log(10);

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

export const summary = (values) => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

// Steps that take about `milliseconds`, found by doubling; compiles and warms up on the way.
const calibrated = async (contender, milliseconds) => {
  await contender.run(1);
  for (let steps = 1; ; steps *= 2) {
    const took = (await contender.run(steps)).milliseconds;
    if (took > milliseconds / 4) return Math.max(1, Math.round((steps * milliseconds) / took));
  }
};

// Race steps per second of each contender on the race that `config` defines.
export const rates = async (contenders, config, { rounds, milliseconds }) => {
  const entries = [];
  for (const contender of contenders) {
    await contender.prepare(config);
    entries.push({ contender, steps: await calibrated(contender, milliseconds), rates: [], losses: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      const { milliseconds: took, losses } = await entry.contender.run(entry.steps);
      entry.rates.push((entry.steps / took) * 1000);
      entry.losses = losses;
    }
  }
  return Object.fromEntries(entries.map(({ contender, rates, losses }) => {
    // Speed at work that is not done counts for nothing.
    const learns = losses.length === config.racers.length && losses.every((loss) => loss < CHANCE);
    if (!learns) throw new Error(`${contender.name} does not learn: its losses are ${losses.join(", ")}`);
    return [contender.name, summary(rates)];
  }));
};
