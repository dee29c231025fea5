// A network and a browser's storage that fail again and again: the page comes to its data, and a race to its end. At the end
// stands a table of what was injected, recovered and lost.

import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";

import { launch, urlWithoutData } from "../browsers.mjs";
import { BLOCKED, FULL, tally } from "../faults.mjs";
import { close, open, said, stepsReached, text } from "../hands.mjs";
import { corrupt, cut, gone, hurried, once, stalled, status, webPage } from "../network.mjs";

const TIMES = 8;

const FILES = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
const isMnist = (page) =>
  page.waitForFunction(() => /MNIST.*60,000/.test(document.querySelector("#data-status").textContent), { timeout: 60_000 });

// What is tried again by the page itself, and what by its reader.
const BY_ITSELF = {
  "the connection breaks in a file's middle": cut,
  "the server closes the connection": gone,
  "the server answers 503": status(503),
  "the server stops sending": stalled,
  "a file is corrupt": corrupt,
};
const BY_ITS_READER = { "a file is not there": status(404), "a web page comes in a file's place": webPage };

const STORAGE = { "the browser's storage is blocked": BLOCKED, "the browser's storage is full": FULL };

const table = tally();
after(() => table.print());

for (const name of ["chromium", "firefox"]) {
  describe(`data and storage that fail in ${name}`, () => {
    let browser;
    let host;
    before(async () => {
      [browser, host] = [await launch(name), await hurried()];
    });
    after(async () => {
      await browser?.close();
      await host?.stop();
    });

    const fails = (time, fault) => {
      host.asked.clear();
      host.faults.clear();
      host.faults.set(`data/${FILES[time % FILES.length]}-ubyte.gz`, fault);
    };

    // `act` injects the fault, and recovers from it.
    const again = (words, act) =>
      test(words, () => table.during(words, name, async (count) => {
        for (let time = 0; time < TIMES; time++) {
          count.injected++;
          await act(time);
          count.recovered++;
        }
      }));

    for (const [words, fault] of Object.entries(BY_ITSELF)) {
      again(words, async (time) => {
        fails(time, once(fault));
        const page = await open(browser, { site: host.url() });
        await isMnist(page);
        assert.ok(host.asked.get([...host.faults.keys()][0]) > 1, "it was tried again");
        await close(page);
      });
    }

    for (const [words, fault] of Object.entries(BY_ITS_READER)) {
      again(words, async (time) => {
        fails(time, fault);
        const page = await open(browser, { site: host.url() });
        assert.match(await text(page, "#data-status"), /Synthetic/);
        host.faults.clear();
        await page.click("#try-again");
        await isMnist(page);
        await close(page);
      });
    }

    for (const [words, fault] of Object.entries(STORAGE)) {
      again(words, async () => {
        const page = await open(browser, { site: urlWithoutData, before: (page) => page.evaluateOnNewDocument(fault) });
        await said(page, /cannot keep the race \(.*(not here|it is full)\)/.source, () => page.click("#start"));
        await stepsReached(page, 200);
        await close(page);
      });
    }
  });
}
