// Workers that die for good, of their own panic, in the largest races, or with data that cannot be had again: the page says
// what is lost, and goes on with the rest.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";

import { launch, withoutMnist } from "../browsers.mjs";
import {
  THROW, bent, done, failed, hurry, inside, lenient, noticed, openBent, press, reported, same, start, stepsNow,
} from "../faults.mjs";
import { give, idx, lossesOf, open, siteKept, state, stepsReached, text } from "../hands.mjs";

// In a worker: it stops, each time at the step that follows, while the host has `address`.
const poison = (address) => `
  const post = self.postMessage;
  self.postMessage = function (message, ...rest) {
    const ask = new XMLHttpRequest();
    if (message.steps?.first >= 40) {
      ask.open("GET", "${address}", false);
      ask.send();
    }
    if (ask.status !== 200) return post.call(this, message, ...rest);
    ${THROW};
  };`;

// The race of the same page without faults.
const undisturbed = async (browser, site, steps, prepare = () => {}) => {
  const page = await open(browser, { site, before: bent() });
  await prepare(page);
  await start(page, true);
  await stepsReached(page, steps);
  const losses = await lossesOf(page);
  await done(page);
  return losses;
};
const goesOn = async (page, expected) => {
  await stepsReached(page, (await stepsNow(page)) + 30);
  const losses = await lossesOf(page);
  assert.ok(losses.length <= expected.length, `${losses.length / 3} steps`);
  same(losses, expected);
};
const dataIs = (page, words) =>
  page.waitForFunction((words) => document.querySelector("#data-status").textContent.includes(words), { timeout: 20_000 }, words);
// A small dataset, in which an image's stripes tell its label.
const stripes = () => Object.fromEntries(
  Object.entries({ train: 1000, t10k: 200 }).flatMap(([name, count]) => {
    const [images, labels] = [idx([count, 28, 28]), idx([count])];
    for (let image = 0; image < count; image++) {
      labels[8 + image] = image % 10;
      for (let at = 0; at < 784; at++) images[16 + 784 * image + at] = (at * (image % 10 + 3) + 17 * image) % 97 < 20 ? 255 : 0;
    }
    return [[`${name}-images`, images], [`${name}-labels`, labels]];
  }),
);
const giveStripes = async (page, folder) => {
  await give(page, folder, stripes());
  await dataIs(page, "Your files");
};

for (const name of ["chromium", "firefox"]) {
  // What the page makes of a loss is the same in every browser: one sees it all.
  const once = name === "chromium" ? test : () => {};
  describe(`recovery in ${name}`, { concurrency: name === "chromium" ? 3 : 1 }, () => {
    let browser;
    let host;
    const folders = [];
    const folder = () => {
      folders.push(mkdtempSync(join(tmpdir(), "gradprix-")));
      return folders.at(-1);
    };
    before(async () => {
      [browser, host] = [await launch(name), await lenient({ without: "data/", caching: "no-store" })];
    });
    after(async () => {
      await browser?.close();
      await host?.stop();
      folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
    });

    test("a worker that stops again and again at a step is given up, until the reader wants one", async () => {
      const expected = await undisturbed(browser, host.url(), 300);
      const page = await openBent(browser, host, poison(`${host.url()}poison`));
      let before = 0;
      const givenUp = async (act) => {
        await page.$eval("#notice .text", (notice) => (notice.textContent = ""));
        await act();
        await noticed(page, /worker stopped again and again at step 4\d.*broken on purpose.*Press Resume/);
        await state(page, "paused");
        assert.equal(await text(page, "#start"), "Resume");
        // A busy machine may have taken one more for dead.
        const count = await page.evaluate(() => workers.length);
        assert.ok(count >= before + 4, `${count} workers after ${before}`);
        before = count;
      };
      host.changed.set("poison", Buffer.from("deadly"));
      await givenUp(() => start(page));
      await givenUp(() => press(page, "#start"));
      host.changed.delete("poison");
      await press(page, "#start");
      await goesOn(page, expected);

      await press(page, "#start");
      await state(page, "paused");
      await press(page, "#reset");
      await state(page, "ready");
      host.changed.set("poison", Buffer.from("deadly"));
      await givenUp(() => press(page, "#start"));
      await press(page, "#reset");
      await state(page, "ready");
      await givenUp(() => press(page, "#start"));
      // Files take a worker, too.
      host.changed.delete("poison");
      await giveStripes(page, folder());
      await press(page, "#step");
      await stepsReached(page, 1);
      await done(page);
    });

    test("a panic's own words are in the details to copy, and in the console", async () => {
      const page = await openBent(browser, host);
      const complaints = [];
      page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
      await page.evaluate(() => {
        const clipboard = { writeText: async (text) => (globalThis.copied = text) };
        Object.defineProperty(navigator, "clipboard", { value: clipboard });
      });
      await press(page, "#step");
      await stepsReached(page, 1);
      // No image has such a number.
      await inside(page, "Math.random = () => 1e6");
      await press(page, "#show-inside");
      await press(page, "#tab-draw");
      await press(page, "#take-digit");
      await noticed(page, /worker stopped/);
      await press(page, "#notice .copy");
      await page.waitForFunction(() => globalThis.copied);
      const panic = /worker stopped at step 1: [\s\S]*panicked at src[^\n]*\.rs:\d+:\d+:\n[^\n]*out of range[\s\S]*#?v?/;
      assert.match(await page.evaluate(() => copied), panic);
      assert.ok(complaints.some((words) => panic.test(words)), complaints.join("\n"));
      // The next worker answers what the one before was asked.
      await page.waitForFunction(() => document.querySelector(".answers .choice")?.textContent, { timeout: 20_000 });
      await done(page);
    });

    once("a race that is too large for snapshots starts over, unseen, and goes on where it was", async () => {
      const racers = "&racer=amsgrad".repeat(5);
      const site = `${host.url()}#v=1&batch_size=8&hidden=512-512-512${racers}`;
      const race = async (page, steps) => {
        await press(page, "#start");
        await page.waitForFunction((steps) => losses.length >= 5 * steps, { timeout: 60_000 }, steps);
      };
      const page = await open(browser, { site, before: bent() });
      await race(page, 1);
      // It would be time for two.
      await page.waitForFunction(() => reports.steps.at(-1)[2] > 4, { timeout: 60_000 });
      assert.equal(await page.evaluate(() => reports.saved), 0);
      await inside(page, THROW);
      await noticed(page, /broken on purpose.*once the last ([1-9]\d*) steps are repeated.*goes on from step \1/);
      await reported(page, "recovered", 1);
      const known = (await lossesOf(page)).length;
      await page.waitForFunction((known) => losses.length > known, { timeout: 60_000 }, known);
      const losses = await lossesOf(page);
      await done(page);
      const calm = await open(browser, { site, before: bent() });
      await hurry(calm);
      await race(calm, losses.length / 5);
      assert.deepEqual((await lossesOf(calm)).slice(0, losses.length), losses);
      await done(calm);
    });

    once("a race on given files goes on on them, and where they are gone another one starts and says so", async () => {
      const expected = await undisturbed(browser, host.url(), 300, (page) => giveStripes(page, folder()));
      const page = await openBent(browser, host);
      const given = folder();
      await giveStripes(page, given);
      await start(page);
      await stepsReached(page, 30);
      await inside(page, THROW);
      await noticed(page, /broken on purpose.*goes on from step/);
      await reported(page, "recovered", 1);
      await goesOn(page, expected);
      assert.match(await text(page, "#data-status"), /Your files/);
      rmSync(given, { recursive: true });
      await inside(page, THROW);
      await failed(page, /race's data could not be read again, so that another race starts/);
      await dataIs(page, "Synthetic");
      await stepsReached(page, 10);
      await press(page, "#show-runs");
      await page.waitForFunction(() => document.querySelectorAll("#runs li").length === 1);
      await done(page);
    });

    test("without its server a race goes on from the site that the browser keeps", { skip: withoutMnist }, async () => {
      const site = await lenient({});
      try {
        const expected = await undisturbed(browser, site.url(), 300);
        const page = await openBent(browser, site);
        await siteKept(page, true);
        // From its second visit on the page has what is kept.
        await page.reload();
        await state(page, "ready");
        await start(page);
        await stepsReached(page, 30);
        await site.stop();
        await inside(page, THROW);
        await noticed(page, /broken on purpose.*goes on from step/);
        await reported(page, "recovered", 1);
        await goesOn(page, expected);
        assert.match(await text(page, "#data-status"), /MNIST.*60,000/);
        await done(page);
      } finally {
        await site.stop();
      }
    });

    once("without its server a race waits for it, and without its data another one starts", { skip: withoutMnist }, async () => {
      const site = await lenient({ caching: "no-store" });
      try {
        const expected = await undisturbed(browser, site.url(), 300);
        // As where a browser keeps no site.
        const page = await openBent(browser, site);
        await page.evaluate(async () => {
          for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
        });
        await start(page);
        await stepsReached(page, 30);
        await site.stop();
        await inside(page, THROW);
        await noticed(page, /worker stopped again and again at step \d+.*Press Resume/);
        await state(page, "paused");
        await site.start();
        await press(page, "#start");
        await goesOn(page, expected);

        for (const file of [...site.asked.keys()].filter((file) => file.startsWith("data/"))) {
          site.faults.set(file, (response) => response.writeHead(404).end());
        }
        await inside(page, THROW);
        await failed(page, /race's data could not be read again, so that another race starts/);
        await dataIs(page, "Synthetic");
        // What the reader asks for takes a worker, also where there is none any more.
        await site.stop();
        await inside(page, THROW);
        await noticed(page, /worker stopped again and again at step \d+/);
        await site.start();
        site.faults.clear();
        await press(page, "#try-again");
        await dataIs(page, "MNIST");
        await done(page);
      } finally {
        await site.stop();
      }
    });
  });
}
