// A race that the page is closed upon, or that dies with it, goes on at the next visit as if nothing had happened.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { launch, urlWithoutData } from "../browsers.mjs";
import { BLOCKED, FULL, start } from "../faults.mjs";
import {
  close, give, idx, keepDownloads, kept, knob, lossesOf, offered, open, resumed, save, state, stepsReached,
} from "../hands.mjs";

const until = (page, check, ...args) => page.waitForFunction(check, { timeout: 30_000 }, ...args);
const steps = (page) => page.$eval("body", (body) => Number(body.dataset.steps));
const isHidden = (page) => page.$eval("#last-race", (offer) => offer.hidden);
const keeps = async (page, count) => {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if ((await kept(page)).at(-1)?.steps >= count) return;
  }
  throw new Error(`not kept within 30 s: ${count} steps`);
};
const resume = async (page, further) => {
  const from = await resumed(page);
  await until(page, (steps) => Number(document.body.dataset.steps) >= steps, from + further);
  assert.ok(await isHidden(page));
  return from;
};
const pause = async (page) => {
  await page.click("#start");
  await state(page, "paused");
};
// A race of at least so many steps stands still, and is kept -> its steps.
const left = async (page, least = 40) => {
  await start(page);
  await stepsReached(page, least);
  await pause(page);
  const paused = await steps(page);
  await keeps(page, paused);
  return paused;
};
const table = async (page) => (await save(page, "#save-curves", "gradprix-curves.csv")).trim().split("\n");

for (const name of ["chromium", "firefox"]) {
  // What the page makes of data and of refusals is the same in every browser: one sees it all.
  const once = name === "chromium" ? test : () => {};
  describe(`the race that was left in ${name}`, { concurrency: false }, () => {
    let browser;
    let undisturbed;
    before(async () => {
      browser = await launch(name);
      const page = await open(browser, { site: urlWithoutData, before: keepDownloads });
      await start(page, true);
      await stepsReached(page, 900);
      await pause(page);
      undisturbed = await table(page);
      await close(page);
    });
    after(() => browser?.close());

    test("goes on after a reload, and after another, bitwise as it would have", async () => {
      const page = await open(browser, { site: urlWithoutData, before: keepDownloads });
      assert.ok(await isHidden(page), "at the first visit there is nothing to offer");
      await start(page);
      await stepsReached(page, 60);
      await keeps(page, 20);
      // In the middle: what is new is kept as the page is left, if the browser takes the time.
      await page.reload();
      await state(page, "ready");
      assert.match(await offered(page), /at step \d+: Gradient descent, RMSprop, Adam/);
      await resume(page, 40);
      await pause(page);
      const paused = await steps(page);
      await keeps(page, paused);
      await page.reload();
      await state(page, "ready");
      await offered(page);
      assert.equal(await resume(page, 40), paused, "what stands still is kept to its last step");
      assert.equal(await page.$eval(knob(2, "learning_rate", "entry"), (input) => input.value), "0.003");
      assert.equal(await page.$eval("#epochs", (input) => input.value), "100");
      await pause(page);
      const rows = await table(page);
      assert.ok(rows.length < undisturbed.length, `${rows.length} rows`);
      rows.forEach((row, at) => assert.equal(row, undisturbed[at], `row ${at}`));
      const [{ parts }] = await kept(page);
      assert.equal(parts[0], 0);
      assert.ok(parts.length >= 3, `${parts}: each part was kept once`);
      await close(page);
    });

    test("is there after the browser was killed", async () => {
      const userDataDir = mkdtempSync(join(tmpdir(), "gradprix-"));
      const visit = async (browser) => open(browser, { site: urlWithoutData, beside: (await browser.pages())[0] });
      const first = await launch(name, { userDataDir });
      const page = await visit(first);
      const paused = await left(page);
      await page.click("#start");
      await until(page, (steps) => Number(document.body.dataset.steps) > steps, paused);
      const dead = new Promise((resolve) => first.process().once("exit", resolve));
      first.process().kill("SIGKILL");
      await dead;
      const second = await launch(name, { userDataDir });
      const next = await visit(second);
      await offered(next);
      assert.ok((await resume(next, 20)) >= paused);
      assert.ok((await lossesOf(next)).length >= 3 * 20, "steps run");
      assert.deepEqual(next.errors, []);
      await second.close();
      rmSync(userDataDir, { recursive: true });
    });

    test("is offered by one page alone, once nobody runs it, until it is discarded or another starts", async () => {
      const page = await open(browser, { site: urlWithoutData });
      await left(page);
      const beside = await open(browser, { site: urlWithoutData, beside: page });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.ok(await isHidden(beside), "it is still there");
      await page.close();
      await beside.reload();
      await state(beside, "ready");
      await offered(beside);
      // Two pages may be offered it; the first one to go on has it.
      const third = await open(browser, { site: urlWithoutData, beside });
      await offered(third);
      await resume(third, 10);
      await beside.bringToFront();
      await beside.click("#resume");
      await until(beside, () => /Another page goes on/.test(document.querySelector("#notice .text").textContent));
      assert.ok(await isHidden(beside));
      await third.bringToFront();
      await pause(third);
      await third.close();
      await beside.reload();
      await state(beside, "ready");
      await offered(beside);
      await beside.click("#start");
      await until(beside, () => document.querySelector("#last-race").hidden);
      await pause(beside);
      await beside.reload();
      await state(beside, "ready");
      await offered(beside);
      const before = (await kept(beside)).length;
      await beside.click("#discard");
      await until(beside, () => document.querySelector("#last-race").hidden);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal((await kept(beside)).length, before - 1);
      await close(beside);
    });

    test("belongs to the page that took it up, should the one that left it come back", async () => {
      const page = await open(browser, { site: urlWithoutData });
      await left(page);
      await page.goto(`${urlWithoutData}gradprix.js`);
      const other = await open(browser, { site: urlWithoutData, beside: page });
      await offered(other);
      await resume(other, 10);
      await page.bringToFront();
      // Puppeteer waits in vain for Firefox to load the page again.
      await page.goBack({ timeout: 1000 }).catch(() => {});
      await until(page, () => document.body.dataset.state === "paused");
      // Until it knows that another page runs the race.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await page.click("#start");
      await until(page, () => Number(document.body.dataset.steps) > 100);
      await pause(page);
      await other.bringToFront();
      await pause(other);
      await keeps(other, await steps(other));
      const [{ parts, steps: last }, ...more] = await kept(other);
      assert.deepEqual([more.length, last], [0, await steps(other)]);
      assert.equal(new Set(parts).size, parts.length);
      await other.reload();
      await state(other, "ready");
      await offered(other);
      assert.equal(await resume(other, 5), last, "its curves are whole");
      await close(page);
    });

    once("waits for the data that it ran on", async () => {
      const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
      const given = async (page, shade) => {
        const images = { "train-images": idx([2000, 28, 28], 2000 * 784, shade), "t10k-images": idx([5, 28, 28]) };
        await page.evaluate(() => (globalThis.before = losses));
        await give(page, folder, { ...images, "train-labels": idx([2000]), "t10k-labels": idx([5]) });
        await until(page, () => /Your files: 2,000 images/.test(document.querySelector("#data-status").textContent));
        // The race stands at its start on them.
        await until(page, () => losses !== before);
      };
      const page = await open(browser, { site: urlWithoutData });
      await given(page, 1);
      await left(page, 30);
      await page.reload();
      await state(page, "ready");
      assert.match(await offered(page), /as soon as its data is here: Your files/);
      const waits = () => page.$eval("#resume", (button) => button.disabled);
      assert.ok(await waits());
      await given(page, 2);
      assert.ok(await waits(), "as many images, but others");
      await page.$eval("#data-status", (status) => (status.textContent = ""));
      await given(page, 1);
      await until(page, () => !document.querySelector("#resume").disabled);
      await resume(page, 5);
      await close(page);
      rmSync(folder, { recursive: true });
    });

    once("where the browser keeps nothing, the page says so once, and the race goes on", async () => {
      for (const [fault, words] of [
        [BLOCKED, /cannot keep the race \(.*not here\).*cannot be resumed/],
        [FULL, /cannot keep the race \(.*it is full\)/],
      ]) {
        const page = await open(browser, { site: urlWithoutData, before: (page) => page.evaluateOnNewDocument(fault) });
        await start(page);
        await stepsReached(page, 30);
        await pause(page);
        await until(page, (source) => new RegExp(source).test(document.querySelector("#notice .text").textContent), words.source);
        await page.click("#notice .dismiss");
        await page.click("#start");
        await until(page, () => Number(document.body.dataset.steps) > 60);
        await pause(page);
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.ok(await page.$eval("#notice", (notice) => notice.hidden), "it is said once");
        await close(page);
      }
    });
  });
}
