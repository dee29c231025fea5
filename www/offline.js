// Lets the site be kept in the browser, and says when a new version of it is.

/** The page has what it needs; keeping it must not slow down its start. */
const loaded = () =>
  new Promise((resolve) => {
    const done = () => document.body.dataset.state !== "loading" && (watch.disconnect(), resolve());
    const watch = new MutationObserver(done);
    watch.observe(document.body, { attributeFilter: ["data-state"] });
    done();
  });

/** Whether the reader takes the new version here. */
let taken = false;

/** Shows that there is a new version, and lets the reader take it: `worker`, unless it has taken over already. */
const offer = (worker) => {
  const notice = document.getElementById("update");
  notice.hidden = false;
  document.getElementById("take-update").onclick = () => {
    taken = true;
    if (worker?.state === "installed") worker.postMessage("take over");
    else location.reload();
  };
  document.getElementById("leave-update").onclick = () => (notice.hidden = true);
};

/** Offers `worker` once it is complete. Without one before it, it is no new version. */
const follow = (worker) => {
  const ready = () => worker.state === "installed" && navigator.serviceWorker.controller && offer(worker);
  worker?.addEventListener("statechange", ready);
};

if (navigator.serviceWorker && isSecureContext) {
  // Two versions must not share a page, and what another tab has taken is not thrust upon this one's race.
  let controlled = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (taken) location.reload();
    else if (controlled) offer();
    controlled = true;
  });
  await loaded();
  try {
    const registration = await navigator.serviceWorker.register(new URL("service-worker.js", import.meta.url), {
      updateViaCache: "none",
    });
    if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
    follow(registration.installing);
    registration.addEventListener("updatefound", () => follow(registration.installing));
    // A page that stays open for days looks whenever it is looked at.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") registration.update().catch(() => {});
    });
  } catch (error) {
    // The race goes on without: a browser may forbid it, or the site is served without it.
    console.info(`The site is not kept for use without a network: ${error.message}`);
  }
}
