// Data that comes late, cut, broken or not at all, from a real server, and files that someone gives: what a network may
// mend is tried again, and whatever is wrong is named while the page goes on.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before, describe } from "node:test";
import { gzipSync } from "node:zlib";

import { dataFolder, launch, urlWithoutData, withoutMnist } from "../browsers.mjs";
import { close, give, idx, open, said, state, text, turbo } from "../hands.mjs";
import { corrupt, cut, gone, hurried, once, slow, stalled, status, unlike, webPage } from "../network.mjs";

const LABELS = "data/t10k-labels-idx1-ubyte.gz";
const steps = (page) => page.$eval("body", (body) => Number(body.dataset.steps));

const zeros = withoutMnist ? undefined : gzipSync(Buffer.alloc(300_000_000), { level: 1 });
const lying = zeros && Buffer.from(zeros);
lying?.writeUInt32LE(10_008, lying.length - 4);

for (const name of ["chromium", "firefox"]) {
  describe(`data that fails in ${name}`, { skip: withoutMnist }, () => {
    let browser;
    let host;
    before(async () => {
      [browser, host] = [await launch(name), await hurried()];
    });
    after(async () => {
      await browser?.close();
      await host?.stop();
    });

    test("what a network mends is tried again", async () => {
      const faults = { "train-images-idx3": cut, "train-labels-idx1": status(503), "t10k-images-idx3": stalled, "t10k-labels-idx1": corrupt };
      for (const [file, fault] of Object.entries(faults)) host.faults.set(`data/${file}-ubyte.gz`, once(fault));
      const page = await open(browser, { site: host.url() });
      assert.match(await text(page, "#data-status"), /MNIST.*60,000/);
      assert.equal(await page.$eval("#data-notice", (notice) => notice.hidden), true);
      assert.deepEqual([...host.faults.keys()].map((file) => host.asked.get(file)), [2, 2, 2, 2]);
      const statuses = await page.evaluate(() => statuses);
      assert.ok(statuses.every((status) => !/-\d|1[0-9][1-9] ?%/.test(status)), statuses.join(" | "));
      await close(page);
    });

    test("what stays away is named, the race runs on synthetic digits, and the reader may try again", async () => {
      host.faults.clear();
      host.asked.clear();
      host.faults.set(LABELS, status(404));
      const page = await open(browser, { site: host.url() });
      assert.equal(host.asked.get(LABELS), 1, "404 is final");
      assert.match(await text(page, "#data-status"), /Synthetic/);
      assert.match(await text(page, "#data-notice"), /t10k-labels-idx1-ubyte\.gz could not be fetched \(the server answered 404\).*Try again/);
      await page.click("#start");
      for (const [fault, tries, sentence] of [
        [webPage, 1, "fetched \\(the server answered with a web page\\)"],
        [status(500), 3, "fetched \\(the server answered 500\\)"],
        [gone, 3, "fetched \\(.+\\)"],
        [cut, 3, "fetched \\(.+\\)"],
        [stalled, 3, "fetched \\(the server stopped sending\\)"],
        [unlike, 3, "is not the one of MNIST"],
      ]) {
        host.asked.clear();
        host.faults.set(LABELS, fault);
        await said(page, `T10k-labels-idx1-ubyte.gz (could not be )?${sentence}`, () => page.click("#try-again"));
        await page.waitForFunction(() => !document.querySelector("#try-again").disabled);
        // A browser asks more often by itself where the connection breaks.
        const asked = host.asked.get(LABELS);
        assert.ok(tries > 1 ? asked >= tries : asked === 1, `${sentence}: ${asked}`);
        assert.match(await text(page, "#data-status"), /Synthetic/);
      }
      await state(page, "racing");
      assert.ok((await steps(page)) > 20, "the race went on");
      host.faults.set(LABELS, slow);
      await page.click("#try-again");
      await page.waitForFunction(() => /MNIST.*60,000/.test(document.querySelector("#data-status").textContent), { timeout: 20_000 });
      assert.equal(await page.$eval("#data-notice", (notice) => notice.hidden), true);
      await page.waitForFunction(() => Number(document.body.dataset.steps) > 5);
      await close(page);
    });

    test("files that are no data, or too much, are named, and the next ones are taken", async () => {
      const folder = mkdtempSync(join(tmpdir(), "gradprix-"));
      const page = await open(browser, { site: urlWithoutData });
      try {
        await turbo(page);
        await page.click("#start");
        const train = { "train-images": idx([2, 28, 28]), "train-labels": idx([2]) };
        const tests = { "t10k-images": idx([1, 28, 28]), "t10k-labels": idx([1]) };
        for (const [files, sentence] of [
          [{ "bomb.gz": zeros }, "Bomb.gz holds too much: all files together may have 235 MB"],
          [{ "liar.gz": lying }, "Liar.gz could not be unpacked \\(its end says another length\\)"],
          [{ "stub.gz": zeros.subarray(0, 6) }, "Stub.gz could not be unpacked"],
          [{ "cut.gz": gzipSync(idx([5])).subarray(0, -9) }, "Cut.gz could not be unpacked"],
          [{ empty: Buffer.alloc(0) }, "Empty: expected a header of 8 bytes, but the file ends after 0"],
          [{ small: idx([1, 1, 1]) }, "Small: expected images of 28x28 pixels, but found 1x1"],
          [{ large: idx([1, 5000, 5000]) }, "Large: expected images of 28x28 pixels, but found 5000x5000"],
          [{ liar: idx([4_000_000_000, 28, 28], 784) }, "Liar: expected 3136000000016 bytes for the 4000000000 images"],
          [{ longer: idx([2], 3) }, "Longer: expected 10 bytes for the 2 labels"],
          [{ ...train, "train-images": idx([0, 28, 28]), "train-labels": idx([0]), ...tests }, "training set is empty"],
          [{ ...train, ...tests, "t10k-more": idx([3]) }, "Expected two files of labels.*found 3"],
        ]) {
          await said(page, sentence, () => give(page, folder, files));
        }
        await page.waitForFunction(() => Number(document.body.dataset.steps) > 20);
        const mnist = ["train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"];
        await give(page, folder, Object.fromEntries(mnist.map((file) => [file, readFileSync(join(dataFolder, `${file}-ubyte.gz`))])));
        await page.waitForFunction(() => /Your files.*60,000/.test(document.querySelector("#data-status").textContent), { timeout: 20_000 });
        await page.waitForFunction(() => Number(document.body.dataset.steps) > 20);
      } finally {
        rmSync(folder, { recursive: true });
      }
      await close(page);
    });
  });
}
