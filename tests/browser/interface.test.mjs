// The JavaScript interface in both browsers, on both engines, with real MNIST where it is there.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { blankPage, launch, withoutMnist } from "./browsers.mjs";

// In the page: unpacks the site's MNIST and keeps it for `Race.create`.
const load = async (withoutMnist) => {
  const { default: init, Race } = await import("/gradprix.js");
  await init();
  globalThis.Race = Race;
  if (withoutMnist) return;
  const read = async (name, header) => {
    const response = await fetch(`/data/${name}-ubyte.gz`);
    if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
    const unpacked = response.body.pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(unpacked).arrayBuffer()).slice(header);
  };
  globalThis.mnist = {
    images: await read("train-images-idx3", 16),
    labels: await read("train-labels-idx1", 8),
    testImages: await read("t10k-images-idx3", 16),
    testLabels: await read("t10k-labels-idx1", 8),
  };
};

for (const name of ["chromium", "firefox"]) {
  describe(`the JavaScript interface in ${name}`, () => {
    let browser, page;
    before(async () => {
      browser = await launch(name);
      page = await blankPage(browser);
      await page.evaluate(load, Boolean(withoutMnist));
    });
    after(() => browser?.close());

    test("one epoch on the CPU engine goes where PyTorch goes", { skip: withoutMnist }, async () => {
      const { curve, evaluations, engine } = await page.evaluate(async () => {
        const race = await Race.create({ ...mnist, engine: "cpu" });
        const { steps, losses } = await race.run(469);
        const evaluations = await race.evaluate();
        const curve = Array.from({ length: 3 }, (_, racer) =>
          Array.from({ length: steps }, (_, step) => losses[step * 3 + racer]));
        return {
          curve,
          engine: race.engine,
          evaluations: evaluations.map(({ accuracy, loss, confusion }) => ({ accuracy, loss, confusion: [...confusion] })),
        };
      });
      assert.equal(engine.kind, "cpu");
      assert.equal(engine.reason, "chosen by you");
      const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
      // What PyTorch gives on the same network, over three seeds of its own: loss around step 25 and 100 (eleven steps),
      // at the end (the last 50), and test accuracy.
      const table = [[1.0, 0.46, 0.29, 0.923], [0.67, 0.34, 0.19, 0.944], [0.79, 0.35, 0.2, 0.947]];
      table.forEach(([at25, at100, end, accuracy], racer) => {
        const losses = curve[racer];
        const found = [mean(losses.slice(20, 31)), mean(losses.slice(95, 106)), mean(losses.slice(-50))];
        const expected = [at25, at100, end];
        const tolerance = [0.1, 0.04, 0.03];
        found.forEach((loss, at) =>
          assert.ok(Math.abs(loss - expected[at]) < tolerance[at], `racer ${racer}: ${loss} for ${expected[at]}`));
        const { accuracy: reached, confusion } = evaluations[racer];
        assert.ok(Math.abs(reached - accuracy) < 0.012, `racer ${racer}: accuracy ${reached} for ${accuracy}`);
        assert.equal(confusion.reduce((sum, count) => sum + count, 0), 10_000);
        const right = confusion.filter((_, at) => at % 11 === 0).reduce((sum, count) => sum + count, 0);
        assert.ok(Math.abs(right / 10_000 - reached) < 1e-6);
      });
    });

    test("a snapshot takes a race up again, on other workers and on the other engine", async () => {
      const found = await page.evaluate(async () => {
        const images = Uint8Array.from({ length: 784 * 256 }, (_, at) => (at * 37 % 101 < 20 ? at % 251 : 0));
        const data = { images, labels: Uint8Array.from({ length: 256 }, (_, at) => at % 10) };
        const config = { batch_size: 48, dropout: 0.1 };
        const race = await Race.create({ ...data, config, engine: "cpu", workers: 2 });
        await race.run(9);
        const snapshot = await race.snapshot();
        const { losses } = await race.run(12);
        const others = { alone: { engine: "cpu", workers: 1 }, together: { engine: "cpu", workers: 3 }, gpu: { engine: "gpu" } };
        const again = {};
        for (const [name, options] of Object.entries(others)) {
          const other = await Race.create({ ...data, ...options });
          await other.resume(config, snapshot);
          again[name] = Array.from((await other.run(12)).losses);
        }
        const refused = await race.resume({ hidden: [16] }, snapshot).catch((error) => error.message);
        return { steps: snapshot.steps, losses: Array.from(losses), again, refused };
      });
      assert.equal(found.steps, 9);
      assert.deepEqual(found.again.alone, found.losses);
      assert.deepEqual(found.again.together, found.losses);
      found.again.gpu.forEach((loss, at) => assert.ok(Math.abs(loss - found.losses[at]) < 1e-4, `${loss} ${found.losses[at]}`));
      assert.match(found.refused, /the snapshot holds \d+ floats/);
    });

    test("the engines' curves agree, and the same race again is bitwise the same", { skip: withoutMnist }, async () => {
      const { gpu, again, cpu, kind, adapter } = await page.evaluate(async () => {
        const run = async (engine) => {
          const race = await Race.create({ ...mnist, engine, config: { batch_size: 32, seed: 4 } });
          const { losses } = await race.run(50);
          const { kind, adapter } = race.engine;
          race.free();
          return { losses: [...losses], kind, adapter };
        };
        const gpu = await run("gpu");
        const [again, cpu] = [(await run("gpu")).losses, (await run("cpu")).losses];
        return { gpu: gpu.losses, again, cpu, kind: gpu.kind, adapter: gpu.adapter };
      });
      assert.equal(kind, "gpu");
      assert.match(adapter, /\(software\)$/);
      assert.equal(gpu.length, 150);
      assert.deepEqual(gpu, again);
      gpu.forEach((loss, at) =>
        assert.ok(Math.abs(loss - cpu[at]) < 2e-4 * Math.max(loss, 0.1), `entry ${at}: ${loss} and ${cpu[at]}`));
      for (const racer of [0, 1, 2]) assert.ok(gpu[147 + racer] < 0.7 * gpu[racer], `racer ${racer} learns`);
    });

    test("calls queue in order, knobs move their racer only, and parameters come and go", { skip: withoutMnist }, async () => {
      const result = await page.evaluate(async () => {
        const race = await Race.create({ ...mnist, engine: "cpu" });
        // None of these is awaited before the next is made.
        const [first, , second, parameters] = await Promise.all([
          race.run(20), race.set(2, "learning_rate", 0.01), race.run(20), race.parameters(1),
        ]);
        const plain = await Race.create({ ...mnist, engine: "cpu" });
        const { losses } = await plain.run(40);
        await plain.setParameters(0, parameters);
        const back = await plain.parameters(0);
        return {
          queued: [...first.losses, ...second.losses],
          plain: [...losses],
          same: back.every((value, at) => value === parameters[at]),
          length: back.length,
          order: [...race.order(0)].sort((a, b) => a - b).every((image, at) => image === at),
          orders: race.order(0).length,
        };
      });
      result.queued.forEach((loss, at) => {
        const moved = at % 3 === 2 && Math.floor(at / 3) > 20;
        assert.equal(loss === result.plain[at], !moved, `step ${Math.floor(at / 3)}, racer ${at % 3}`);
      });
      assert.ok(result.same && result.order);
      assert.equal(result.length, 101_770);
      assert.equal(result.orders, 60_000);
    });

    test("racers shared out among workers race as on one", { skip: withoutMnist }, async () => {
      const [one, three] = await page.evaluate(async () => {
        const config = {
          batch_size: 64,
          racers: ["gd", "adam", "lion", "rmsprop"].map((optimizer) => ({ optimizer })),
        };
        const run = async (workers) => {
          const race = await Race.create({ ...mnist, engine: "cpu", workers, config });
          const { metrics } = await race.run(30);
          await race.set(3, "learning_rate", 0.01);
          const shifted = (await race.parameters(2)).map((value) => value / 2);
          await race.setParameters(2, shifted);
          const { losses } = await race.run(10);
          const judged = (await race.evaluate()).map(({ loss, accuracy, confusion }) => [loss, accuracy, ...confusion]);
          const parameters = [...(await race.parameters(1)).slice(0, 2000)];
          const refusals = [];
          for (const call of [() => race.parameters(4), () => race.setParameters(1, new Float32Array(3))]) {
            refusals.push(await call().then(() => "accepted", (error) => error.message));
          }
          await race.restart({ ...config, seed: 9, racers: config.racers.slice(0, 2) });
          const again = await race.run(5);
          return {
            adapter: race.engine.adapter,
            curves: Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, [...values]])),
            losses: [...losses], judged, parameters, refusals, again: [...again.losses],
          };
        };
        return [await run(1), await run(3)];
      });
      assert.match(one.adapter, /one core/);
      assert.match(three.adapter, /3 cores/);
      assert.deepEqual({ ...three, adapter: 0 }, { ...one, adapter: 0 }, "bitwise the same, in the same order");
      assert.equal(one.curves.loss.length, 120);
      assert.equal(one.again.length, 10);
      assert.match(one.refusals[0], /^racer is 4, but must be a racer's number from 0 to 3$/);
      assert.match(one.refusals[1], /^parameters holds 3 floats, but must hold 101770/);
    });

    test("a lost device is named in a sentence, and the next race gets another one", { skip: withoutMnist }, async () => {
      const { refusal, losses } = await page.evaluate(async () => {
        const request = GPUAdapter.prototype.requestDevice;
        let device;
        GPUAdapter.prototype.requestDevice = async function (...args) {
          return (device = await request.apply(this, args));
        };
        const setting = { ...mnist, engine: "gpu", config: { batch_size: 32 } };
        const race = await Race.create(setting);
        await race.run(2);
        device.destroy();
        await device.lost;
        const refusal = await race.run(2).then(() => "accepted", (error) => error.message);
        const { losses } = await (await Race.create(setting)).run(2);
        GPUAdapter.prototype.requestDevice = request;
        return { refusal, losses: [...losses] };
      });
      assert.match(refusal, /^the GPU stopped while training .*start the race again, or choose the CPU engine$/);
      assert.ok(losses.length === 6 && losses.every((loss) => loss > 1 && loss < 4), losses.join());
    });

    test("predictions are those of the evaluation", { skip: withoutMnist }, async () => {
      for (const engine of ["cpu", "gpu"]) {
        const { sums, same } = await page.evaluate(async (engine) => {
          const config = { hidden: [32, 16], preprocessing: "standardize", activation: "gelu" };
          const race = await Race.create({ ...mnist, engine, config });
          await race.run(40);
          const evaluations = await race.evaluate(20);
          const sums = [];
          let same = 0;
          for (let at = 0; at < 20; at++) {
            const answers = await race.predict(mnist.testImages.slice(784 * at, 784 * (at + 1)));
            evaluations.forEach(({ classes }, racer) => {
              const own = answers.slice(10 * racer, 10 * (racer + 1));
              sums.push(own.reduce((sum, share) => sum + share, 0));
              same += own.indexOf(Math.max(...own)) === classes[at];
            });
          }
          race.free();
          return { sums, same };
        }, engine);
        assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-5), engine);
        assert.equal(same, 60, engine);
      }
    });

    test("refusals name the field, the value and the range", async () => {
      const refusals = await page.evaluate(async () => {
        const images = new Uint8Array(784 * 16);
        const labels = new Uint8Array(16);
        const race = await Race.create({ images, labels, engine: "cpu" });
        const calls = [
          () => Race.create({ images, labels: labels.slice(1), engine: "cpu" }),
          () => Race.create({ images: [...images], labels }),
          () => Race.create({ images, labels, engine: "tpu" }),
          () => Race.create({ images, labels, confg: {} }),
          () => Race.create({ images, labels, engine: "cpu", config: { batch_size: 4 } }),
          () => Race.create({ images, labels, engine: "cpu", config: { racers: [{ optimizer: "adam", rho: 1 }] } }),
          () => race.set(0, "learning_rate", 20),
          () => race.set(0, "learning_rate", NaN),
          () => race.set(7, "learning_rate", 0.1),
          () => race.run(2.5),
          () => race.setParameters(0, new Float32Array(3)),
          () => race.evaluate(),
          () => race.predict(images.slice(1)),
        ];
        return Promise.all(calls.map((call) => call().then(() => "accepted", (error) => error.message)));
      });
      const expected = [
        /labels.*15.*16|labels.*16.*15/,
        /^images is .*, but must be a Uint8Array$/,
        /^engine is .*tpu.*, but must be "auto", "gpu" or "cpu"$/,
        /^confg is not an option here; the options are images, labels/,
        /^batch_size is 4, but must be a whole number from 8 to 1024$/,
        /^racers\[0\]\.rho is not a setting here; the settings are optimizer, name, colour, learning_rate, beta1/,
        /^racers\[0\]\.learning_rate is 20, but must be a number from 0.00001 to 10$/,
        /^learning_rate is NaN, but must be a finite number$/,
        /^racer is 7, but must be a racer's number from 0 to 2$/,
        /^steps is 2.5, but must be a whole number from 0 to 1000000$/,
        /^parameters holds 3 floats, but must hold 101770/,
        /^there are no test images to evaluate on/,
        /^image is .*12543 bytes.*, but must be 784 bytes$/,
      ];
      refusals.forEach((message, at) => assert.match(message, expected[at]));
    });
  });
}

test("without an adapter the GPU engine is refused with a sentence, and auto takes the CPU and says why", async () => {
  const browser = await launch("chromium without an adapter");
  try {
    const page = await blankPage(browser);
    const { refusal, engine } = await page.evaluate(async () => {
      const { default: init, Race } = await import("/gradprix.js");
      await init();
      const data = { images: new Uint8Array(784 * 16), labels: new Uint8Array(16) };
      const refusal = await Race.create({ ...data, engine: "gpu" }).then(() => "accepted", (error) => error.message);
      return { refusal, engine: (await Race.create(data)).engine };
    });
    assert.match(refusal, /^no WebGPU adapter was found .*choose the CPU engine/);
    assert.equal(engine.kind, "cpu");
    assert.match(engine.reason, /^no WebGPU adapter was found/);
  } finally {
    await browser.close();
  }
});
