/** What real clients' HTTP/2 stacks show of themselves: each its own, browsers unlike those who dress up as them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Impit } from "impit";
import { launchBrowser } from "../../support/browser.ts";
import { answer, type Http2Edge, startHttp2Edge } from "./http2-edge.ts";

setDefaultTimeout(20_000);

let edge: Http2Edge;
let url: string;
beforeAll(() => {
  edge = startHttp2Edge({ serve: (request) => answer(request, "<!doctype html><title>ok</title>") });
  url = `https://localhost:${edge.port}/`;
});
afterAll(() => edge.stop());

/** What the requests since the last look had in common. */
function seen() {
  const views = edge.requests.splice(0).map(({ connection, http2, httpVersion }) => ({
    httpVersion,
    settings: connection.http2?.settings,
    windowUpdate: connection.http2?.windowUpdate,
    priorities: connection.http2?.priorities,
    pseudoOrder: http2?.pseudoOrder,
    hasPriority: http2?.priority !== undefined,
  }));
  for (const view of views) expect(view).toEqual(views[0]!);
  return views[0]!;
}

test("Chromium", async () => {
  const browser = await launchBrowser();
  const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
  await page.goto(url);
  await page.goto(`${url}again`);
  await browser.close();
  expect(seen()).toEqual({
    httpVersion: 20,
    settings: "1:65536;2:0;4:6291456;6:262144",
    windowUpdate: 15_663_105,
    priorities: "0",
    pseudoOrder: "m,a,s,p",
    hasPriority: true,
  });
});

test("curl", async () => {
  await Bun.$`curl -sk --http2 ${url} ${url}`.quiet();
  expect(seen()).toMatchObject({
    settings: expect.stringMatching(/^3:100;4:\d+;2:0$/) as string,
    pseudoOrder: "m,p,s,a",
    hasPriority: false,
  });
});

test("nghttp, which speaks the old priorities", async () => {
  await Bun.$`nghttp -n ${url}`.quiet();
  expect(seen()).toMatchObject({
    settings: "3:100;4:65535",
    windowUpdate: 0,
    priorities: "3:0:0:201,5:0:0:101,7:0:0:1,9:0:7:1,11:0:3:1",
    hasPriority: true,
  });
});

test("Node", async () => {
  const script = `const c = require("http2").connect("${url}", { rejectUnauthorized: false });
    const s = c.request({ ":path": "/" }); s.resume(); s.on("end", () => c.close());`;
  await Bun.$`node -e ${script}`.quiet();
  const { pseudoOrder, windowUpdate } = seen();
  expect(pseudoOrder).not.toBe("m,a,s,p");
  expect(windowUpdate).toBe(0);
});

test.each(["chrome", "firefox"] as const)("impit as %s tells itself from the browser", async (browser) => {
  const { status } = await new Impit({ browser, ignoreTlsErrors: true }).fetch(url);
  expect(status).toBe(200);
  const stack = seen();
  expect(stack.pseudoOrder).toBe(browser === "chrome" ? "m,a,s,p" : "m,p,a,s");
  expect(stack.settings).toStartWith("2:0;4:");
  // Chromium names its table first and gives each request a weight.
  expect(stack.hasPriority).toBe(false);
});

test("a client that offers HTTP/1.1 alone gets it", async () => {
  await Bun.$`curl -sk --http1.1 ${url}`.quiet();
  expect(seen()).toMatchObject({ httpVersion: 11, settings: undefined, pseudoOrder: undefined });
});

test("HTTP/2 without TLS is refused in words of HTTP/1.1", async () => {
  const plain = `http://127.0.0.1:${edge.plainPort}/`;
  const { exitCode } = await Bun.$`curl -s --http2-prior-knowledge ${plain}`.quiet().nothrow();
  expect(exitCode).not.toBe(0);
  expect(edge.refusals.at(-1)).toMatchObject({ status: 505 });
  // An offer to upgrade is left out (RFC 9113 §3.1), and the request is served.
  expect(await Bun.$`curl -s --http2 -o /dev/null -w ${"%{http_version}"} ${plain}`.text()).toBe("1.1");
  edge.requests.length = 0;
});

test("through a loopback listener, should the same socket fail, it is the same", async () => {
  const other = startHttp2Edge({ way: "splice" });
  const body = "x".repeat(300_000);
  const where = `https://localhost:${other.port}/up`;
  expect(await Bun.$`curl -sk --http2 -T - ${where} < ${Buffer.from(body)}`.text()).toBe("/up 300000");
  expect(other.requests[0]?.connection.http2?.settings).toMatch(/^3:100;/);
  await other.stop();
});
