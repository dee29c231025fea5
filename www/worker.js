// Starts the race's worker with the module that the page compiled. Commands that come meanwhile wait.

import init, { start_worker } from "./gradprix.js";

const early = [];

self.onmessage = async ({ data: { module } }) => {
  self.onmessage = (event) => early.push(event);
  try {
    await init({ module_or_path: module });
    start_worker();
    early.forEach((event) => self.onmessage(event));
  } catch (error) {
    // Thrown outside the promise, it reaches the page as the worker's error.
    setTimeout(() => { throw error; });
  }
};
