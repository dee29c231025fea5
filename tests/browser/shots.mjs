// Pictures of the page in each of its states, into the folder that GRADPRIX_SHOTS names: `cargo xtask shots`. To picture
// another state, add it to the list; `node shots.mjs racing dark` takes only those named.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launch, required, url, urlWithoutData } from "./browsers.mjs";
import { knob, state, turbo, type } from "./hands.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

const steps = (page, least) =>
  page.waitForFunction((least) => Number(document.body.dataset.steps) >= least, { timeout: 120_000 }, least);
const race = async (page, least) => {
  await turbo(page);
  await page.click("#start");
  await steps(page, least);
};
const pause = async (page) => {
  await page.click("#start");
  await state(page, "paused");
};
const collapse = async (page) => {
  await type(page, knob(0, "learning_rate", "entry"), "5");
  await race(page, 300);
  await page.waitForFunction(() => document.querySelector('.lane[data-verdict="collapsed"]'), { timeout: 60_000 });
};
// Four races, each with one thing changed, and the list of those that are over.
const several = async (page) => {
  await race(page, 150);
  for (const change of [
    () => type(page, knob(2, "learning_rate", "entry"), "0.01").then(() => page.click("#reset")),
    () => page.click("#halve-batch"),
    () => page.click("#add-racer"),
  ]) {
    await change();
    await page.waitForFunction(() => Number(document.body.dataset.steps) < 100);
    await steps(page, 150);
  }
  await pause(page);
  await page.click("#show-runs");
  await page.click("#runs li:nth-child(2) .star");
  await type(page, "#runs li:nth-child(2) .run-name", "Half the batch");
  await page.$eval("#runs", (panel) => panel.scrollIntoView({ block: "center" }));
};
const drawn = async (page) => {
  await race(page, 600);
  await page.click("#show-inside");
  await page.click("#tab-draw");
  await page.click("#take-digit");
  await page.waitForFunction(() => document.querySelector(".answers .choice").textContent, { timeout: 30_000 });
  await page.$eval("#inside", (panel) => panel.scrollIntoView({ block: "center" }));
};
const stopped = async (page) => {
  await race(page, 400);
  await page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("broken on purpose"); }));
  await page.waitForFunction(() => /was started again/.test(document.querySelector("#notice .text").textContent));
};

// Name -> what to do with a page at its start, and how that page is: its viewport, the browser, the theme, the site,
// whether to picture all of it, and what to do before it loads.
const states = {
  empty: {},
  loading: {
    waits: false,
    async before(page) {
      // The data stops half-way.
      await page.setRequestInterception(true);
      page.on("request", (request) => (request.url().includes("/data/") ? undefined : request.continue()));
    },
  },
  racing: { act: (page) => race(page, 600) },
  paused: { act: (page) => race(page, 600).then(() => pause(page)) },
  collapsed: { act: collapse },
  "no-webgpu": { browser: "chromium without an adapter", act: (page) => page.select("#engine", "gpu") },
  error: {
    waits: false,
    async before(page) {
      await page.setRequestInterception(true);
      page.on("request", (request) => (request.url().endsWith(".wasm") ? request.abort() : request.continue()));
    },
    act: (page) => state(page, "failed"),
  },
  synthetic: { site: urlWithoutData, act: (page) => race(page, 100) },
  whole: { whole: true, act: (page) => race(page, 600).then(() => pause(page)) },
  eight: {
    whole: true,
    async act(page) {
      for (let racers = 4; racers <= 8; racers++) await page.click("#add-racer");
      await race(page, 300);
      await pause(page);
    },
  },
  menu: {
    async act(page) {
      await page.click('.lane[data-racer="1"] .racer-menu summary');
    },
  },
  inside: {
    whole: true,
    async act(page) {
      await race(page, 600);
      await page.click("#show-inside");
      await page.waitForFunction(() => document.querySelector("#inside-weights .said").textContent, { timeout: 30_000 });
    },
  },
  draw: { act: drawn },
  "draw-phone": { viewport: PHONE, theme: "dark", site: `${url}?lang=zh`, act: drawn },
  stopped: { act: stopped },
  "stopped-phone": { viewport: PHONE, theme: "dark", act: stopped },
  past: { act: several },
  "past-whole": { whole: true, theme: "dark", act: several },
  "past-chinese": { site: `${url}?lang=zh`, act: several },
  "past-phone": { viewport: PHONE, act: several },
  share: { act: (page) => race(page, 300).then(() => page.click("#share > summary")) },
  settings: { act: (page) => page.click("#race-settings > summary") },
  dark: { theme: "dark", act: (page) => race(page, 600) },
  laptop: { viewport: { width: 1366, height: 650 }, act: (page) => race(page, 300) },
  wide: { viewport: { width: 1920, height: 1080 }, act: (page) => race(page, 600) },
  phone: { viewport: PHONE, whole: true, act: (page) => race(page, 300).then(() => pause(page)) },
  "phone-dark": { viewport: PHONE, theme: "dark", act: (page) => race(page, 300) },
  lessons: { act: (page) => page.click("#show-lessons") },
  lesson: { site: `${url}#lesson=correction`, act: (page) => race(page, 20).then(() => pause(page)) },
  "lesson-done": { theme: "dark", site: `${url}#lesson=same-rate`, act: (page) => race(page, 469) },
  "lesson-chinese": { site: `${url}?lang=zh#lesson=penalties`, act: (page) => race(page, 600) },
  "lesson-phone": {
    viewport: PHONE,
    site: `${url}#lesson=rates`,
    async act(page) {
      await race(page, 200);
      await page.$eval("#progress", (line) => line.scrollIntoView());
    },
  },
  tip: {
    async act(page) {
      await page.mouse.move(20, 750);
      const { x, y } = await (await page.$('label[for="y-axis"]')).boundingBox();
      await page.mouse.move(x + 4, y + 10);
    },
  },
  "tip-phone": {
    viewport: PHONE,
    async act(page) {
      const { x, y } = await (await page.$('label[for="epochs"]')).boundingBox();
      await page.touchscreen.tap(x + 4, y + 8);
    },
  },
  update: { act: (page) => page.$eval("#update", (notice) => (notice.hidden = false)) },
  "update-phone": { viewport: PHONE, theme: "dark", act: (page) => page.$eval("#update", (notice) => (notice.hidden = false)) },
  "lesson-synthetic": { site: `${urlWithoutData}#lesson=trailing` },
  "lessons-phone": { viewport: PHONE, act: (page) => page.click("#show-lessons") },
  narrow: { viewport: { ...PHONE, width: 360, height: 640 }, act: (page) => race(page, 100) },
};

const folder = required("GRADPRIX_SHOTS");
mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
const browsers = new Map();

const take = async (name, { browser = "chromium", viewport = DESKTOP, theme = "light", site = url, ...shot }) => {
  if (!browsers.has(browser)) browsers.set(browser, await launch(browser));
  const context = await browsers.get(browser).createBrowserContext();
  const page = await context.newPage();
  page.setDefaultNavigationTimeout(120_000);
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: theme },
    // Nothing is pictured half-way in.
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);
  await shot.before?.(page);
  await page.goto(site);
  if (shot.waits ?? true) await state(page, "ready");
  await shot.act?.(page);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: shot.whole ?? false });
  await context.close();
  console.log(`${name}.png`);
};

try {
  for (const [name, shot] of Object.entries(states)) {
    if (wanted.length === 0 || wanted.includes(name)) await take(name, shot);
  }
} finally {
  for (const browser of browsers.values()) await browser.close();
}
