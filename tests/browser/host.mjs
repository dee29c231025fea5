// A host of the site that a test can change, stop and break.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

import { required } from "./browsers.mjs";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm", gz: "application/gzip",
  svg: "image/svg+xml", png: "image/png", webmanifest: "application/manifest+json" };

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * Serves dist/ below a path, as GitHub Pages does; files can be changed, what was asked for is counted, and a fault
 * called by a file's name, `(response, headers, bytes, times)`, answers in the host's place.
 */
export class Host {
  static PATH = "/races/";

  constructor({ without, caching = "max-age=600" } = {}) {
    this.caching = caching;
    this.asked = new Map();
    this.changed = new Map();
    this.faults = new Map();
    this.without = without;
    this.server = createServer((request, response) => this.answer(request, response));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(this.port ?? 0, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    return this;
  }

  url(name = "127.0.0.1") {
    return `http://${name}:${this.port}${Host.PATH}`;
  }

  async read(name) {
    return this.changed.get(name) ?? readFile(join(required("GRADPRIX_DIST"), name));
  }

  async answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    const name = path.slice(Host.PATH.length) || "index.html";
    try {
      if (!path.startsWith(Host.PATH) || (this.without && name.startsWith(this.without))) throw new Error("not here");
      const bytes = await this.read(name);
      const tag = `"${sha256(bytes)}"`;
      const headers = { "Content-Type": TYPES[name.split(".").pop()] ?? "text/plain", ETag: tag, "Cache-Control": this.caching };
      if (request.headers["if-none-match"] === tag) return response.writeHead(304, headers).end();
      this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
      headers["Content-Length"] = bytes.length;
      const fault = this.faults.get(name);
      if (fault) await fault(response, headers, bytes, this.asked.get(name));
      else response.writeHead(200, headers).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** A new build: files with other content, and the service worker that knows them. */
  async build(changes) {
    let worker = (await this.read("service-worker.js")).toString();
    for (const [name, change] of Object.entries(changes)) {
      const bytes = Buffer.from(change((await this.read(name)).toString()));
      worker = worker.replace(sha256(await this.read(name)), sha256(bytes));
      this.changed.set(name, bytes);
    }
    this.changed.set("service-worker.js", Buffer.from(worker));
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
