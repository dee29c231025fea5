// How smoothly the page shows a long race: frames per second and the main thread's long tasks, at turbo with eight racers
// and a long history, on the CPU engine in Chromium.

/** How long each situation is watched, milliseconds. */
const WATCH = 10_000;

// Before the page's own scripts: notes every task of the main thread that takes 50 ms or longer.
const note = () => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ startTime, duration }))))
    .observe({ entryTypes: ["longtask"] });
};

const stepsOf = (page) => page.$eval("body", (body) => Number(body.dataset.steps));
const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const type = async (page, selector, value) => {
  await page.click(selector, { count: 3 });
  await page.keyboard.type(String(value));
  await page.keyboard.press("Enter");
};

// In the page: the times of all frames within so many milliseconds.
const frames = (milliseconds) =>
  new Promise((resolve) => {
    const times = [];
    const frame = (now) => {
      times.push(now);
      if (now - times[0] < milliseconds) requestAnimationFrame(frame);
      else resolve(times);
    };
    requestAnimationFrame(frame);
  });

const watched = async (page, act) => {
  const [start, steps] = [await page.evaluate(() => performance.now()), await stepsOf(page)];
  const acting = act(Date.now() + WATCH);
  const times = await page.evaluate(frames, WATCH);
  await acting;
  const gaps = times.slice(1).map((time, at) => time - times[at]);
  const seconds = (times.at(-1) - times[0]) / 1000;
  const tasks = await page.evaluate((start) => tasks.filter(({ startTime }) => startTime >= start), start);
  return {
    framesPerSecond: gaps.length / seconds,
    longestFrame: Math.max(...gaps),
    longTasks: tasks.map(({ duration }) => duration),
    stepsPerSecond: ((await stepsOf(page)) - steps) / seconds,
  };
};

// What a reader does meanwhile: nothing; moving the pointer over the chart; zooming in and out at it; smoothing.
const situations = (page, { x, y, width, height }) => ({
  watching: () => later(WATCH),
  pointing: async (end) => {
    for (let at = 0; Date.now() < end; at++) {
      await page.mouse.move(x + width * (0.3 + 0.3 * Math.sin(at / 20)), y + height / 2);
    }
  },
  zooming: async (end) => {
    await page.mouse.move(x + width / 3, y + height / 2);
    for (let at = 0; Date.now() < end; at++) await page.mouse.wheel({ deltaY: at % 40 < 20 ? -60 : 60 });
    await page.keyboard.press("Escape");
  },
  smoothing: async (end) => {
    await page.focus("#smoothing");
    for (let at = 0; Date.now() < end; at++) await page.keyboard.press(at % 60 < 30 ? "ArrowRight" : "ArrowLeft");
  },
});

/** Figures of a race of eight racers at turbo once it has so many steps behind it. */
export const longRace = async (browser, site, steps) => {
  const page = await browser.newPage();
  try {
    await page.setViewport({ width: 1280, height: 800 });
    await page.evaluateOnNewDocument(note);
    await page.goto(site);
    await page.waitForFunction(() => document.body.dataset.state === "ready", { timeout: 60_000 });
    await page.select("#engine", "cpu");
    for (let racers = 4; racers <= 8; racers++) await page.click("#add-racer");
    // The smallest minibatches give the longest history in the shortest time.
    await type(page, "#batch-size", 8);
    await type(page, "#epochs", 100);
    await page.focus("#pace");
    await page.keyboard.press("End");
    await page.click("#start");
    const start = await page.evaluate(() => performance.now());
    const reached = (steps) => Number(document.body.dataset.steps) >= steps;
    await page.waitForFunction(reached, { timeout: 600_000, polling: 500 }, steps);
    const results = { steps: await stepsOf(page), situations: {} };
    results.longTasks = (await page.evaluate((start) => tasks.filter((task) => task.startTime >= start), start))
      .map(({ duration }) => duration);
    const chart = await (await page.$("#main-chart")).boundingBox();
    for (const [name, act] of Object.entries(situations(page, chart))) results.situations[name] = await watched(page, act);
    return results;
  } finally {
    await page.close();
  }
};
