// Ways in which a real server fails to send a file.

import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";

import { Host } from "./host.mjs";

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const status = (code) => (response) => response.writeHead(code).end("no");
export const webPage = (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<p>Sign in");
export const gone = (response) => response.destroy();
const half = (response, headers, bytes) =>
  new Promise((resolve) => response.writeHead(200, headers).write(bytes.subarray(0, bytes.length >> 1), resolve));
export const cut = async (response, ...rest) => {
  await half(response, ...rest);
  await pause(50);
  response.destroy();
};
export const stalled = half;
export const slow = async (response, headers, bytes) => {
  response.writeHead(200, headers);
  for (let at = 0; at < bytes.length; at += 500) {
    response.write(bytes.subarray(at, at + 500));
    await pause(100);
  }
  response.end();
};
const other = (change) => (response, { "Content-Length": length, ...headers }, bytes) => {
  const changed = change(bytes);
  response.writeHead(200, { ...headers, "Content-Length": changed.length }).end(changed);
};
export const corrupt = other((bytes) => Buffer.from(bytes).fill(0x55, 2000, 2100));
export const unlike = other((bytes) => {
  const labels = gunzipSync(bytes);
  labels[100] = (labels[100] + 1) % 10;
  return gzipSync(labels);
});
// Only the first time.
export const once = (fault) => (response, headers, bytes, times) =>
  times > 1 ? response.writeHead(200, headers).end(bytes) : fault(response, headers, bytes);

// A host of which the page does not wait long for a further try, nor for one that stalls.
export const hurried = async () => {
  const host = await new Host({ caching: "no-store" }).start();
  const script = (await host.read("data.js")).toString();
  const changed = script.replace("[500, 1000]", "[50, 100]").replace("STALL = 8000", "STALL = 1000");
  assert.notEqual(changed, script);
  host.changed.set("data.js", Buffer.from(changed));
  return host;
};
