// Every optimizer of the registry in both browsers, on both engines, against PyTorch: the races of
// tests/fixtures/combinations.json through the JavaScript interface.
//
// With GRADPRIX_DEVIATIONS set to a folder, the largest deviations are left there: `cargo xtask deviations` makes a table
// of them.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { blankPage, launch } from "./browsers.mjs";

const fixtures = JSON.parse(readFileSync(new URL("../fixtures/combinations.json", import.meta.url), "utf8"));

// As in tests/engine/combinations.rs.
const TOLERANCE = { cpu: 1e-4, gpu: 1e-3 };
const SMALLEST_LOSS = 1e-2;

// In the page: the images of tests/fixtures/make.py, for `Race.create`.
const load = async (count) => {
  const { default: init, Race } = await import("/gradprix.js");
  await init();
  const labels = Uint8Array.from({ length: count }, (_, image) => image % 10);
  const images = Uint8Array.from({ length: count * 784 }, (_, at) => {
    const image = Math.floor(at / 784);
    const v = ((at % 784) * (labels[image] + 3) + image * 17) % 97;
    return v < 20 ? 255 - 12 * v : 0;
  });
  Object.assign(globalThis, { Race, data: { images, labels } });
};

// In the page: the optimizers that there are, as the refusal of one that there is not names them.
const registry = async () => {
  const racers = [{ optimizer: "none" }];
  const refusal = await Race.create({ ...data, engine: "cpu", config: { racers } }).catch((error) => error.message);
  return refusal.split("one of ")[1].split(", ");
};

// In the page: the losses of a race, step-major, and its engine.
const run = async ({ engine, config, steps }) => {
  const race = await Race.create({ ...data, engine, config });
  const { losses } = await race.run(steps);
  const { kind, adapter } = race.engine;
  race.free();
  return { losses: [...losses], kind, adapter };
};

for (const name of ["chromium", "firefox"]) {
  describe(`every optimizer in ${name}`, () => {
    let browser, page;
    before(async () => {
      browser = await launch(name);
      page = await blankPage(browser);
      await page.evaluate(load, fixtures.images);
    });
    after(() => browser?.close());

    for (const [at, engine] of Object.keys(TOLERANCE).entries()) {
      test(`follows PyTorch on the ${engine.toUpperCase()} engine`, async () => {
        const worst = {};
        const folder = process.env.GRADPRIX_DEVIATIONS;
        // SwiftShader alone would take a minute for all steps. What goes wrong in a formula shows in the first few.
        const limit = !folder && name === "chromium" && engine === "gpu" ? 20 : Infinity;
        let adapter;
        for (const { config, cases } of fixtures.races) {
          const racers = cases.map(({ racer }) => racer);
          const steps = Math.min(cases[0].losses.length, limit);
          const found = await page.evaluate(run, { engine, config: { ...config, racers }, steps });
          assert.equal(found.kind, engine);
          assert.equal(found.losses.length, steps * cases.length);
          adapter = found.adapter;
          cases.forEach(({ racer, losses }, lane) => losses.slice(0, limit).forEach((expected, step) => {
            const loss = found.losses[step * cases.length + lane];
            const apart = Math.abs(loss - expected) / Math.max(expected, SMALLEST_LOSS);
            const where = `seed ${config.seed}, ${JSON.stringify(racer)}, step ${step}`;
            assert.ok(apart < TOLERANCE[engine], `${where}: ${loss}, PyTorch ${expected}`);
            worst[racer.optimizer] = Math.max(worst[racer.optimizer] ?? 0, apart);
          }));
        }
        assert.deepEqual(Object.keys(worst).sort(), (await page.evaluate(registry)).sort());
        if (folder) {
          const browserName = name[0].toUpperCase() + name.slice(1);
          const title = engine === "cpu" ? `CPU, ${browserName}` : `GPU, ${browserName}: ${adapter}`;
          const lines = Object.keys(worst).sort().map((optimizer) => `${optimizer} ${worst[optimizer].toExponential(1)}`);
          const place = (name === "chromium" ? 3 : 5) + at;
          writeFileSync(join(folder, `${place}-${engine}-${name}.txt`), [title, ...lines, ""].join("\n"));
        }
      });
    }
  });
}
