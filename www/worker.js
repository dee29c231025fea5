// Starts the race's worker with the module that the page compiled. Commands that come meanwhile wait.

import * as data from "./data.js";

const early = [];

/** From now on leaves a copy of the data that is fetched where `service-worker.js` looks for it. */
const keepData = () => {
  const [site, original] = [new URL(".", import.meta.url).href, self.fetch];
  self.fetch = async (...request) => {
    const response = await original.apply(self, request);
    if (response.ok && response.url.startsWith(`${site}data/`)) {
      const copy = response.clone();
      // A browser that is full, or keeps nothing, fetches it again.
      caches.open(`gradprix ${site} fetched`).then((cache) => cache.put(response.url, copy)).catch(() => {});
    }
    return response;
  };
};

// What fails in a promise is the worker's error, too: whoever started it hears of no other.
self.onunhandledrejection = ({ reason }) => setTimeout(() => { throw reason; });

// The data is on its way before the program is there.
if (self.name === "keeps" && self.caches) keepData();
data.begin();
const program = import("./gradprix.js");

self.onmessage = async ({ data: { module } }) => {
  self.onmessage = (event) => early.push(event);
  try {
    const { default: init, start_worker } = await program;
    await init({ module_or_path: module });
    start_worker(data);
    early.forEach((event) => self.onmessage(event));
  } catch (error) {
    // Thrown outside the promise, it reaches the page as the worker's error.
    setTimeout(() => { throw error; });
  }
};
// A message that comes before is lost now and then, as Firefox starts module workers.
self.postMessage("listens");
