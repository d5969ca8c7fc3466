/** What `ua.consistent` says of real browsers and of tools that dress up as them, over real connections. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { gotScraping } from "got-scraping";
import { HeaderGenerator } from "header-generator";
import { Impit } from "impit";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { Facts } from "../../../src/describe/facts.ts";
import { isConsistent } from "../../../src/fingerprint/browser-consistency.ts";
import { launchBrowser } from "../../support/browser.ts";
import { type Http2Edge, startHttp2Edge } from "./http2-edge.ts";

setDefaultTimeout(30_000);

const page = `<!doctype html><title>ok</title><link rel=icon href=data:,><img src=/a.png><script>
  const json = { method: "POST", headers: { "content-type": "application/json", "x-app": "1" }, body: "{}" };
  fetch("/api", json);</script>`;

let edge: Http2Edge;
let url: string;
beforeAll(() => {
  edge = startHttp2Edge({
    serve: (request) => {
      request.body.pipe({
        data: () => true,
        end: () => show(request),
        abort: () => undefined,
      });
    },
  });
  url = `https://localhost:${edge.port}/`;
});
afterAll(() => edge.stop());

function show({ reply, target }: EdgeRequest): void {
  const body = target === "/" ? page : "";
  reply.writeHead(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n`);
  reply.write(Buffer.from(body));
  reply.end();
}

/** Of each request since the last look. */
const seen = () => edge.requests.splice(0).map((request) => isConsistent(new Facts(request, 0)));

const json = { method: "POST" as const, headers: { "content-type": "application/json" }, body: "{}" };

test("Chromium is what it says, whether or not its version was captured; without a head it says so itself", async () => {
  const browser = await launchBrowser();
  const agent = browser.version().split(".")[0] ?? "";
  const system = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
  for (const product of ["Chrome", "HeadlessChrome"]) {
    const userAgent = `${system} ${product}/${agent}.0.0.0 Safari/537.36`;
    const context = await browser.newContext({ ignoreHTTPSErrors: true, userAgent });
    const tab = await context.newPage();
    await Promise.all([tab.waitForResponse("**/api"), tab.goto(url)]);
    await Promise.all([tab.waitForResponse("**/api"), tab.reload()]);
    const said = seen();
    expect(said.length).toBeGreaterThanOrEqual(3);
    expect(said).not.toContain(false);
    if (product !== "Chrome") expect(said.every((one) => one === undefined)).toBe(true);
  }
  await browser.close();
});

test.each(["chrome", "firefox"] as const)("impit as %s posts what no page can", async (browser) => {
  const client = new Impit({ browser, ignoreTlsErrors: true });
  await client.fetch(url, json);
  expect(seen()).toEqual([false]);
});

test("impit's copy of Firefox forgets trailers; its Chrome 124 asks for a page as Chrome did, and is not judged", async () => {
  await new Impit({ browser: "firefox", ignoreTlsErrors: true }).fetch(url);
  await new Impit({ browser: "chrome", ignoreTlsErrors: true }).fetch(url);
  expect(seen()).toEqual([false, undefined]);
});

test("got-scraping's heads of Chrome and Firefox are not theirs", async () => {
  const headerGeneratorOptions = { browsers: ["chrome" as const, "firefox" as const] };
  for (let index = 0; index < 8; index++) {
    await gotScraping({
      url,
      http2: false,
      https: { rejectUnauthorized: false },
      headerGeneratorOptions,
      ...(index % 2 === 0 && { method: "POST" as const, json: {} }),
    });
  }
  const said = seen();
  expect(said).toHaveLength(8);
  expect(said).not.toContain(true);
  // Now and then it makes up a relative of Chrome, which is not judged.
  expect(said.filter((one) => one === false).length).toBeGreaterThanOrEqual(4);
});

// Some of what it makes up claims to be a robot or a relative of Chrome; those are not judged.
const isChrome = (headers: object) => / Chrome\/\d+\.[\d.]+ Safari\/537\.36"/.test(JSON.stringify(headers));

test("header-generator's heads with a login's data, by node's own client, are not the browser's", async () => {
  const generator = new HeaderGenerator({ browsers: ["chrome"], devices: ["desktop"], httpVersion: "1" });
  const made = Array.from({ length: 60 }, () => generator.getHeaders()).filter(isChrome);
  for (const { Connection: _, connection: __, ...headers } of made.slice(0, 4)) {
    const script = `const r = require("https").request("${url}", { method: "POST", rejectUnauthorized: false,
      headers: { ...${JSON.stringify(headers)}, "Content-Type": "application/json" } }, (a) => a.resume()); r.end("{}")`;
    await Bun.$`node -e ${script}`.quiet();
  }
  const said = seen();
  expect(said).toHaveLength(4);
  // A release that was never captured is not judged.
  expect(said).not.toContain(true);
  expect(said.filter((one) => one === false).length).toBeGreaterThanOrEqual(2);
});

test("curl that claims to be Chrome is not, and as itself is not judged", async () => {
  const agent =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
  await Bun.$`curl -sk -A ${agent} ${url}`.quiet();
  await Bun.$`curl -sk ${url}`.quiet();
  expect(seen()).toEqual([false, undefined]);
});
