// The two stock browsers, each with its own WebGPU on a software adapter: Chromium with Dawn on SwiftShader, Firefox
// with wgpu on lavapipe. And Chromium as it starts without flags on such a machine: WebGPU, but no adapter.

import { existsSync } from "node:fs";
import { join } from "node:path";

import puppeteer, { Page } from "puppeteer-core";

export const required = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --browser\``);
  return value;
};

export const url = required("GRADPRIX_URL");
export const urlWithoutData = required("GRADPRIX_URL_WITHOUT_DATA");
export const dataFolder = join(required("GRADPRIX_DIST"), "data");

// Why a test that is about MNIST cannot run, or false where it can.
export const withoutMnist = existsSync(join(dataFolder, "train-images-idx3-ubyte.gz"))
  ? false
  : "MNIST is neither in MNIST_DIR nor reachable, and this test is about it";

const chromium = (args) => ({
  browser: "chrome",
  executablePath: required("CHROMIUM"),
  headless: true,
  protocolTimeout: 600_000,
  args: [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    ...args,
  ],
});

const browsers = {
  chromium: chromium(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]),
  firefox: {
    browser: "firefox",
    executablePath: required("FIREFOX"),
    headless: true,
    protocolTimeout: 600_000,
    extraPrefsFirefox: {
      "dom.webgpu.enabled": true,
      "dom.webgpu.workers.enabled": true,
      "gfx.webgpu.ignore-blocklist": true,
    },
  },
  "chromium without an adapter": chromium([]),
};

// Puppeteer's own compiles the check inside the page, which the page's policy forbids.
const Asynchronous = (async () => {}).constructor;
Page.prototype.waitForFunction = async function (check, { timeout = 30_000, polling = "raf" } = {}, ...args) {
  const poll = new Asynchronous("polling", "milliseconds", "...args", `
    const check = ${check};
    // A page behind another one has no frames.
    const turn = (done) => polling === "raf" ? (requestAnimationFrame(done), setTimeout(done, 100)) : setTimeout(done, polling);
    for (const end = performance.now() + milliseconds; performance.now() < end; await new Promise(turn)) {
      if (await check(...args)) return true;
    }`);
  for (const end = Date.now() + timeout; Date.now() < end;) {
    try {
      if (await this.evaluate(poll, polling, end - Date.now(), ...args)) return;
    } catch (error) {
      // Another document takes this one's place: the check goes on in that.
      if (!/context|navigat|destroyed|frame/i.test(error.message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`not true within ${timeout} ms: ${check}`);
};

// Puppeteer's own asks for a handle of each element, which takes Firefox milliseconds.
Page.prototype.$$eval = function (selector, look, ...args) {
  const all = new Function("selector", "...args", `return (${look})([...document.querySelectorAll(selector)], ...args);`);
  return this.evaluate(all, selector, ...args);
};

export const launch = (name, options) => puppeteer.launch({ ...browsers[name], ...options });

// A page on the site's origin that shows nothing: for tests of the JavaScript interface alone.
export const blankPage = async (browser, site = url) => {
  const page = await browser.newPage();
  await page.goto(`${site}gradprix.js`);
  return page;
};
