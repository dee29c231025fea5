// The page as a person uses it, in both browsers: real clicks, real drags, real MNIST where it is there.

import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { dataFolder, launch, urlWithoutData, withoutMnist } from "../browsers.mjs";
import {
  close, drag, inked, knob, lossesOf, mean, open, racerLosses, state, stepsReached, text, turbo, type,
} from "../hands.mjs";

for (const name of ["chromium", "firefox"]) {
  describe(`the page in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test("it loads MNIST with a progress, says which engine runs and why, and races at a pace one can follow", { skip: withoutMnist }, async () => {
      const page = await open(browser);
      assert.match(await text(page, "#data-status"), /MNIST.*60,000/);
      const statuses = await page.evaluate(() => statuses);
      assert.ok(statuses.some((status) => /\d ?[kM]?B.*\d ?%/.test(status)), `bytes and percent: ${statuses.join(" | ")}`);
      assert.match(await text(page, "#engine-status"), /CPU.*the only adapter is software/);
      const empty = await inked(page, "#main-chart");
      await page.click("#start");
      await stepsReached(page, 20);
      const [start, before] = [Date.now(), (await lossesOf(page)).length];
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const rate = ((await lossesOf(page)).length - before) / 3 / ((Date.now() - start) / 1000);
      // The first epoch of 469 steps in about ten seconds.
      assert.ok(rate > 35 && rate < 55, `${rate} steps per second`);
      assert.match(await text(page, "#throughput"), /\d+ race steps\/s [\d,]+ images\/s/);
      await page.click("#start");
      await state(page, "paused");
      const losses = await lossesOf(page);
      for (const racer of [0, 1, 2]) {
        const own = racerLosses(losses, racer);
        assert.ok(own[0] > 2 && mean(own.slice(-10)) < 0.9, `racer ${racer} falls: ${own[0]} to ${own.at(-1)}`);
        assert.match(await text(page, `.lane[data-racer="${racer}"] .loss`), /^0\.\d+$/);
        await page.waitForFunction(
          (racer) => /^[6-9]\d\.\d+ ?%$/.test(document.querySelector(`.lane[data-racer="${racer}"] .accuracy`).textContent),
          {}, racer);
        assert.ok((await inked(page, `.lane[data-racer="${racer}"] canvas`)) > 500, "the lane's chart shows its curve");
      }
      assert.ok((await inked(page, "#main-chart")) > empty + 2000, "the chart shows the curves");
      await close(page);
    });

    test("while the page is hidden, the race goes on or waits, as was chosen at an earlier visit", async () => {
      const page = await open(browser);
      await page.click("#start");
      await stepsReached(page, 5);
      const beside = await page.browserContext().newPage();
      // Behind another page, this one has no frames.
      const hidden = () => page.waitForFunction(() => document.hidden, { polling: 50 });
      await hidden();
      const steps = (await lossesOf(page)).length / 3;
      await page.waitForFunction((steps) => losses.length >= 3 * steps, { polling: 50 }, steps + 10);
      await page.bringToFront();
      await page.click("#background");
      await page.reload();
      await state(page, "ready");
      await page.click("#start");
      await stepsReached(page, 5);
      await beside.bringToFront();
      await hidden();
      await page.waitForFunction(() => document.body.dataset.state === "paused", { polling: 50 });
      const waits = (await lossesOf(page)).length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await lossesOf(page)).length, waits);
      await page.bringToFront();
      await stepsReached(page, waits / 3 + 5);
      await page.click("#start");
      await state(page, "paused");
      // What stood still before it was hidden does so when it is shown.
      await beside.bringToFront();
      await hidden();
      await page.bringToFront();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await state(page, "paused");
      await close(page);
    });

    test("pause holds, step takes one step, reset gives bitwise the same race, a new seed another", async () => {
      const page = await open(browser);
      await page.click("#step");
      await stepsReached(page, 1);
      await page.click("#step");
      await stepsReached(page, 2);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await lossesOf(page)).length, 6);
      await page.click("#start");
      await stepsReached(page, 50);
      await page.click("#start");
      await state(page, "paused");
      const first = (await lossesOf(page)).slice(0, 150);

      await page.click("#reset");
      await page.waitForFunction(() => losses.length === 0);
      await page.click("#start");
      await stepsReached(page, 50);
      assert.deepEqual((await lossesOf(page)).slice(0, 150), first);

      // Racing goes on through a new seed.
      await page.click("#new-seed");
      await page.waitForFunction(() => losses.length < 60);
      await stepsReached(page, 50);
      assert.notDeepEqual((await lossesOf(page)).slice(0, 150), first);
      assert.notEqual(await page.$eval("#seed", (input) => input.value), "1");
      await close(page);
    });

    test("a slider dragged in the middle of the race moves its racer and no other", async () => {
      const page = await open(browser);
      await page.click("#start");
      await stepsReached(page, 100);
      const untouched = (await lossesOf(page)).slice(0, 300);
      await page.click("#reset");
      await page.waitForFunction(() => losses.length < 60);
      await stepsReached(page, 10);
      await drag(page, knob(2, "learning_rate", "slider"), 0.75);
      await stepsReached(page, 100);
      const touched = (await lossesOf(page)).slice(0, 300);
      for (const racer of [0, 1]) assert.deepEqual(racerLosses(touched, racer), racerLosses(untouched, racer));
      const [mine, theirs] = [racerLosses(touched, 2), racerLosses(untouched, 2)];
      const changed = mine.findIndex((loss, step) => loss !== theirs[step]);
      assert.ok(changed >= 10 && changed < 100, `Adam's curve changes at step ${changed}`);
      assert.ok(Number(await page.$eval(knob(2, "learning_rate", "entry"), (input) => input.value)) > 0.01);

      // Back to the default with a double click; a typed value that is out of range is refused in words.
      await page.click(knob(2, "learning_rate", "slider"), { count: 2 });
      assert.equal(await page.$eval(knob(2, "learning_rate", "entry"), (input) => input.value), "0.001");
      await type(page, knob(2, "learning_rate", "entry"), "3e-4");
      assert.equal(await page.$eval(knob(2, "learning_rate", "entry"), (input) => input.value), "0.0003");
      await type(page, knob(2, "learning_rate", "entry"), "20");
      assert.match(await text(page, '.lane[data-racer="2"] .knobs'), /20.*from 0\.00001 to 10/);
      await close(page);
    });

    test("a schedule is drawn in its lane and moves its racer and no other", async () => {
      const page = await open(browser);
      await page.click("#start");
      await stepsReached(page, 60);
      await page.click("#start");
      const constant = (await lossesOf(page)).slice(0, 180);
      await page.click('.lane[data-racer="1"] .fold summary');
      assert.equal(await page.$eval('.lane[data-racer="1"] .scheduled', (picture) => picture.hidden), true);
      await page.select('.lane[data-racer="1"] select[data-knob="schedule"]', "one_cycle");
      await type(page, knob(1, "schedule_steps", "entry"), 100);
      assert.equal(await page.$eval('.lane[data-racer="1"] .scheduled', (picture) => picture.hidden), false);
      await page.click("#reset");
      await page.waitForFunction(() => losses.length === 0);
      // A one-cycle starts at a 25th of the rate.
      await page.waitForFunction(() => document.querySelector('.lane[data-racer="1"] .rate').textContent === "4e-5");
      await page.click("#start");
      await stepsReached(page, 60);
      const cycled = (await lossesOf(page)).slice(0, 180);
      for (const racer of [0, 2]) assert.deepEqual(racerLosses(cycled, racer), racerLosses(constant, racer));
      const [slow, fast] = [racerLosses(cycled, 1), racerLosses(constant, 1)];
      assert.ok(mean(slow.slice(5, 15)) > mean(fast.slice(5, 15)) + 0.2, "it starts more slowly");
      await close(page);
    });

    test("racers join, change, double, move and leave, and every optimizer learns", async () => {
      const page = await open(browser);
      const names = () => page.$$eval(".lane h2 .name", (all) => all.map((name) => name.textContent));
      assert.deepEqual(await names(), ["Gradient descent", "RMSprop", "Adam"]);
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 20);
      // The race goes on from its start with the new field.
      const full = async (racers) => {
        await page.waitForFunction((racers) => document.querySelectorAll(".lane").length === racers, {}, racers);
        await page.waitForFunction((racers) => losses.length > 0 && losses.length % racers === 0, {}, racers);
      };
      for (let racers = 4; racers <= 8; racers++) {
        await page.click("#add-racer");
        await full(racers);
      }
      assert.equal(await page.$eval("#add-racer", (button) => button.disabled), true);
      assert.equal(new Set(await names()).size, 8);
      await page.waitForFunction(() => losses.length >= 8 * 469, { timeout: 60_000 });
      const losses = await lossesOf(page);
      for (let racer = 0; racer < 8; racer++) {
        const own = losses.filter((_, at) => at % 8 === racer);
        assert.ok(mean(own.slice(400, 469)) < 0.6 * own[0], `racer ${racer}: ${own[0]} to ${own[468]}`);
      }
      const menu = async (racer, item) => {
        await page.click(`.lane[data-racer="${racer}"] .racer-menu summary`);
        await page.click(`.lane[data-racer="${racer}"] ${item}`);
      };
      for (let racers = 7; racers >= 2; racers--) {
        await menu(1, ".remove");
        await full(racers);
      }
      await page.select('.lane[data-racer="1"] .optimizer', "rmsprop");
      await full(2);
      await menu(0, ".duplicate");
      await full(3);
      assert.deepEqual(await names(), ["Gradient descent 1", "Gradient descent 2", "RMSprop"]);
      await type(page, knob(1, "learning_rate", "entry"), "0.5");
      await menu(1, ".up");
      await full(3);
      assert.equal(await page.$eval(knob(0, "learning_rate", "entry"), (input) => input.value), "0.5");
      assert.equal(await page.$eval(knob(1, "learning_rate", "entry"), (input) => input.value), "0.1");
      await close(page);
    });

    test("WebGPU trains too, and its curve is the CPU's", async () => {
      const page = await open(browser);
      await type(page, "#batch-size", 32);
      await page.waitForFunction(() => /Restarted/.test(document.querySelector("#notice").textContent));
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 100);
      const cpu = (await lossesOf(page)).slice(0, 300);
      await page.select("#engine", "gpu");
      await page.waitForFunction(() => /GPU/.test(document.querySelector("#engine-status").textContent) &&
        !/CPU,/.test(document.querySelector("#engine-status").textContent), { timeout: 60_000 });
      assert.match(await text(page, "#engine-status"), /\(software\).*chosen by you/);
      await stepsReached(page, 100);
      const gpu = (await lossesOf(page)).slice(0, 300);
      gpu.slice(0, 150).forEach((loss, at) =>
        assert.ok(Math.abs(loss - cpu[at]) < 2e-4 * Math.max(loss, 0.1), `entry ${at}: ${loss} and ${cpu[at]}`));
      for (const racer of [0, 1, 2]) {
        const own = racerLosses(gpu, racer);
        assert.ok(mean(own.slice(-10)) < 0.4 * own[0], `racer ${racer} falls: ${own[0]} to ${own.at(-1)}`);
      }
      await close(page);
    });

    test("a racer that collapses is named in words, and the others race on", async () => {
      const page = await open(browser);
      await type(page, knob(0, "learning_rate", "entry"), "5");
      await turbo(page);
      await page.click("#start");
      await page.waitForFunction(
        () => /collapsed at step \d+/i.test(document.querySelector('.lane[data-racer="0"] .verdict').textContent),
        { timeout: 60_000 });
      const at = (await lossesOf(page)).length;
      await stepsReached(page, at / 3 + 50);
      assert.ok(mean(racerLosses(await lossesOf(page), 2).slice(-20)) < 0.5, "Adam races on");
      assert.equal(await text(page, '.lane[data-racer="2"] .verdict'), "");
      await close(page);
    });

    test("a racer that diverges is named in words, and the race ends after the epochs asked for", async () => {
      const page = await open(browser);
      await type(page, knob(0, "learning_rate", "entry"), "10");
      await type(page, knob(0, "momentum", "entry"), "0.999");
      await type(page, "#batch-size", 1024);
      await type(page, "#epochs", 2);
      await turbo(page);
      await page.click("#start");
      await state(page, "finished");
      assert.equal((await lossesOf(page)).length / 3, 2 * 59);
      assert.match(await text(page, '.lane[data-racer="0"] .verdict'), /(diverged|collapsed) at step \d+/i);
      await page.waitForFunction(() => /^8\d|^9\d/.test(document.querySelector('.lane[data-racer="2"] .accuracy').textContent));
      await close(page);
    });

    test("without data it races on synthetic digits, says so, and takes files", { skip: withoutMnist }, async () => {
      const page = await open(browser, { site: urlWithoutData });
      assert.match(await text(page, "#data-status"), /[Ss]ynthetic/);
      assert.match(await text(page, "#data-notice"), /MNIST is not here.*synthetic digits/);
      await turbo(page);
      await page.click("#start");
      await stepsReached(page, 60);
      const losses = await lossesOf(page);
      assert.ok(mean(racerLosses(losses, 2).slice(-10)) < 0.7 * losses[2], "Adam learns the synthetic digits");

      // Wrong files first: the race goes on, and a sentence says what is wrong.
      const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
      try {
        const wrong = join(folder, "notes.txt");
        writeFileSync(wrong, "no IDX file");
        const input = await page.$("#files");
        await input.uploadFile(wrong);
        await page.waitForFunction(() => failures.length > 0);
        assert.match((await page.evaluate(() => failures)).join(), /notes\.txt/);

        // Then the four files, one of them already unpacked and all under other names.
        const given = readdirSync(dataFolder).sort().map((file, at) => {
          const bytes = readFileSync(join(dataFolder, file));
          const path = join(folder, `${at}${file.includes("t10k") ? "-test" : "-train"}.idx`);
          writeFileSync(path, at === 0 ? gunzipSync(bytes) : bytes);
          return path;
        });
        assert.equal(given.length, 4);
        await input.uploadFile(...given);
        await page.waitForFunction(() => /Your files.*60,000/.test(document.querySelector("#data-status").textContent));
        await stepsReached(page, 60);
        assert.ok(racerLosses(await lossesOf(page), 2)[59] < 0.7, "Adam learns MNIST");
      } finally {
        rmSync(folder, { recursive: true });
      }
      await close(page);
    });

    test("files dropped anywhere on the page are taken", { skip: withoutMnist }, async () => {
      const page = await open(browser, { site: urlWithoutData });
      const files = readdirSync(dataFolder).map((file) => [file, readFileSync(join(dataFolder, file)).toString("base64")]);
      await page.evaluate(async (files) => {
        const transfer = new DataTransfer();
        for (const [name, base64] of files) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name));
        }
        for (const kind of ["dragenter", "dragover", "drop"]) {
          const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.querySelector("#lanes").dispatchEvent(event);
        }
      }, files);
      await page.waitForFunction(() => /Your files.*60,000/.test(document.querySelector("#data-status").textContent),
        { timeout: 60_000 });
      await close(page);
    });

    test("nothing overflows at phone width, in either theme", async () => {
      const page = await open(browser);
      for (const width of [360, 390, 800, 1280]) {
        await page.setViewport({ width, height: 800 });
        const [inner, content] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
        assert.ok(content <= inner, `${content} px wide at ${inner}`);
      }
      await close(page);
    });
  });
}

test("without an adapter the page falls back to the CPU and says so; asking for WebGPU is answered in words", async () => {
  const browser = await launch("chromium without an adapter");
  try {
    const page = await open(browser);
    assert.match(await text(page, "#engine-status"), /CPU.*no WebGPU adapter was found/);
    await page.click("#start");
    await stepsReached(page, 10);
    await page.select("#engine", "gpu");
    await page.waitForFunction(() => failures.some((sentence) => /no WebGPU adapter was found/.test(sentence)));
    await page.select("#engine", "cpu");
    await page.waitForFunction(() => losses.length === 0 || losses.length < 60);
    await state(page, "ready", "paused", "racing");
    if ((await page.$eval("body", (body) => body.dataset.state)) !== "racing") await page.click("#start");
    await stepsReached(page, 10);
    await close(page);
  } finally {
    await browser.close();
  }
});
