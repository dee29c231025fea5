// A race of 200,000 steps, as fast as the CPU engine goes: memory stays flat but for the history itself, the page is as
// smooth at the end as at the start, and the exported curves are complete.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { launch, withoutMnist } from "../browsers.mjs";
import { close, open, state, turbo, type } from "../hands.mjs";

const STEPS = Number(process.env.SOAK_STEPS ?? 200_000);
// Of a value 4 bytes, and of each 16 values a summary of 16 bytes and an average of 8.
const [RACERS, METRICS, BYTES] = [3, 6, 4 + (16 + 8) / 16];

const stepsOf = (page) => page.$eval("body", (body) => Number(body.dataset.steps));
const reached = (page, steps) =>
  page.waitForFunction((steps) => Number(document.body.dataset.steps) >= steps, { timeout: 900_000, polling: 1000 }, steps);

// In page or worker: bytes of the module's memory.
const memory = async () => (await (await import(`${location.origin}/gradprix.js`)).default()).memory.buffer.byteLength;

const framesPerSecond = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const start = performance.now();
        let frames = 0;
        const frame = (now) => {
          frames++;
          if (now - start < 5000) requestAnimationFrame(frame);
          else resolve((1000 * frames) / (now - start));
        };
        requestAnimationFrame(frame);
      }),
  );

const measure = async (page, session) => {
  // What the tests' own ears keep is none of the page's.
  await page.evaluate(() => (globalThis.losses = []));
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(memory).catch(() => 0)));
  const figures = {
    steps: await stepsOf(page),
    "JS heap": metrics.find(({ name }) => name === "JSHeapUsedSize").value,
    "page's module": await page.evaluate(memory),
    "workers' modules": workers.reduce((sum, bytes) => sum + bytes, 0),
  };
  console.log(Object.entries(figures).map(([name, value]) => `${name} ${name === "steps" ? value : `${(value / 1e6).toFixed(1)} MB`}`).join(", "));
  return figures;
};

test(`a race of ${STEPS} steps`, { skip: withoutMnist, timeout: 1_800_000 }, async () => {
  const browser = await launch("chromium");
  try {
    const page = await open(browser);
    const session = await page.createCDPSession();
    await session.send("Performance.enable");
    // Small minibatches, so that it is soon over; the history is as long with any.
    await type(page, "#batch-size", 8);
    await type(page, "#epochs", Math.ceil(STEPS / 7500) + 5);
    await turbo(page);
    await page.click("#start");
    await reached(page, STEPS / 200);
    const smooth = await framesPerSecond(page);
    await reached(page, STEPS / 10);
    const early = await measure(page, session);
    await reached(page, STEPS / 2);
    await measure(page, session);
    await reached(page, STEPS);
    const late = await measure(page, session);
    const smoothAtLast = await framesPerSecond(page);
    console.log(`frames per second ${smooth.toFixed(1)} at the start, ${smoothAtLast.toFixed(1)} at the end`);
    await page.click("#start");
    await state(page, "paused", "finished");

    const history = (late.steps - early.steps) * RACERS * METRICS * BYTES;
    const total = ({ steps, ...parts }) => Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
    const [before, after] = [total(early), total(late) - history];
    console.log(`in all ${(before / 1e6).toFixed(1)} MB, then ${(after / 1e6).toFixed(1)} MB and a history of ${(history / 1e6).toFixed(1)} MB more`);
    assert.ok(after < 1.05 * before, "memory that is not the history's grew by more than a twentieth");
    assert.ok(smoothAtLast > 0.9 * smooth, `${smoothAtLast} frames per second after ${smooth}`);

    const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
    const browserSession = await browser.target().createCDPSession();
    await browserSession.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: folder, browserContextId: page.browserContext().id });
    await page.click("#share > summary");
    await page.click("#save-curves");
    const file = join(folder, "gradprix-curves.csv");
    while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 200));
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const steps = await stepsOf(page);
    const table = lines.filter((line) => !line.startsWith("#"));
    assert.equal(table.length, 1 + steps, "a line for each step, and the head");
    for (const line of table) assert.equal(line.split(",").length, 3 + RACERS * METRICS, line);
    assert.ok(table.slice(1).every((line) => line.split(",").every((number) => Number.isFinite(Number(number)))));
    rmSync(folder, { recursive: true });
    await close(page);
  } finally {
    await browser.close();
  }
});
