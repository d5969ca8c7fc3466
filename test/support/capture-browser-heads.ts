#!/usr/bin/env bun
/**
 * `bun test/support/capture-browser-heads.ts`: lets Debian's Chromium and Firefox visit a real edge over HTTP/1.1 and
 * HTTP/2, and adds what they send to `src/fingerprint/browser-heads.json`, from which `ua.consistent` judges. Run it
 * after each update of a browser: majors that were captured before stay in the table.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listenEdge } from "../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../src/accept/edge-request.ts";
import { Certificates } from "../../src/accept/tls/certificates.ts";
import { defaultWaits } from "../../src/accept/waits.ts";
import { Facts } from "../../src/describe/facts.ts";
import type { BrowserHeads, CapturedHead } from "../../src/fingerprint/browser-heads.ts";
import { headerRole } from "../../src/fingerprint/header-roles.ts";
import { TestCertificates } from "./test-certificates.ts";

const file = resolve(import.meta.dir, "../../src/fingerprint/browser-heads.json");
const tourMs = 60_000;

/** What servers may ask clients for: it makes more headers, among which the others stand in another order. */
const acceptClientHints =
  "DPR, Device-Memory, Viewport-Width, RTT, Downlink, ECT, Sec-CH-UA-Full-Version-List, Sec-CH-UA-Arch, Sec-CH-UA-Bitness, Sec-CH-UA-Model, Sec-CH-Prefers-Color-Scheme";

/** Every kind of request, some with headers that pages add: their number changes the order of the rest. */
const tour = (next: string) => `<!doctype html><title>tour</title>
<link rel=stylesheet href=style.css><link rel=icon href=icon.png><script src=script.js></script>
<script type=module src=module.mjs></script><img src=image.png><iframe src=frame></iframe>
<style>@font-face{font-family:f;src:url(font.woff2)}body{font-family:f;background:url(back.png)}</style>x
<form id=get action=found><input name=q value=1></form>
<form id=post method=post action=${next}><input name=a value=1></form>
<script>setTimeout(async () => {
  const own = (count) => Object.fromEntries(Array.from({ length: count }, (_, i) => ["x-own-" + i, "1"]));
  const body = "{}";
  for (const count of [0, 1, 2, 3, 5, 8, 12, 20, 30]) {
    await fetch("api/" + count, { headers: own(count) });
    await fetch("api/send" + count, { method: "POST", headers: { "content-type": "application/json", ...own(count) }, body });
  }
  for (const method of ["PUT", "PATCH", "DELETE"]) await fetch("api/x", { method, body });
  for (const headers of [{ accept: "application/json" }, { authorization: "Bearer x" }, { "x-requested-with": "XMLHttpRequest" },
    { "x-csrf-token": "1", accept: "application/json", authorization: "Bearer x", "x-requested-with": "XMLHttpRequest" }]) {
    await fetch("api/y", { headers });
    await fetch("api/z", { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
  }
  await fetch("api/form", { method: "POST", body: new FormData(document.forms[0]) });
  await fetch("api/pairs", { method: "POST", body: new URLSearchParams("a=1") });
  await fetch("api/fresh", { cache: "no-store" });
  await fetch("api/keep", { credentials: "omit", referrerPolicy: "no-referrer" });
  await new Promise((done) => { const x = new XMLHttpRequest(); x.open("POST", "api/xhr"); x.setRequestHeader("Content-Type", "application/json");
    x.setRequestHeader("X-Requested-With", "XMLHttpRequest"); x.onloadend = done; x.send(body); });
  await new Promise((done) => { const x = new XMLHttpRequest(); x.open("GET", "api/xhr2"); x.onloadend = done; x.send(); });
  navigator.sendBeacon("api/beacon", "x");
  document.cookie = "seen=1";
  setTimeout(() => document.forms[${next === "multipart" ? 0 : 1}].submit(), 300);
}, 300)</script>`;

const upload = `<!doctype html><title>upload</title><form method=post action=end enctype=multipart/form-data><input name=a value=1></form>
<script>setTimeout(() => document.forms[0].submit(), 200)</script>`;

/** Pages by their path; each leads to the next. */
const pages: Readonly<Record<string, string>> = {
  "/": tour("second"),
  "/second": `<!doctype html><title>second</title><a href=third>on</a><script>setTimeout(() => document.links[0].click(), 200)</script>`,
  "/third": tour("multipart"),
  "/found": `<!doctype html><title>found</title><script>setTimeout(() => { sessionStorage.again ? location.href = "multipart" : (sessionStorage.again = 1, location.reload()); }, 200)</script>`,
  "/multipart": upload,
  "/end": "<!doctype html><title>end</title>",
};

/** One visit over one version of HTTP. */
async function capture(
  browser: (typeof browsers)[number],
  protocol: "h2" | "http/1.1",
): Promise<{ heads: CapturedHead[]; userAgent: string }> {
  const made = new TestCertificates();
  const requests: EdgeRequest[] = [];
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    waits: defaultWaits,
    tls: {
      hostname: "127.0.0.1",
      port: 0,
      way: "same_socket",
      certificates: new Certificates({ files: [made.selfSigned("heads", ["localhost"])], pollMs: 0 }),
      alpn: protocol === "h2" ? ["h2", "http/1.1"] : ["http/1.1"],
      clientCertificates: undefined,
      refused: () => undefined,
    },
    serve: (request) => {
      requests.push(request);
      request.body.pipe({
        data: () => true,
        end: () => {
          answer(request);
          if (request.target === "/end") finish();
        },
        abort: () => undefined,
      });
    },
    refused: (_, refusal) => console.error(`refused: ${refusal.reason}`),
    fault: console.error,
  });
  const profile = await mkdtemp(join(tmpdir(), "heads-"));
  const stop = await browser.visit(profile, `https://localhost:${listener.tlsPort}/`);
  await Promise.race([done, Bun.sleep(tourMs)]);
  stop();
  await listener.drain(0);
  made.remove();
  await rm(profile, { recursive: true, force: true });
  return headsOf(requests);
}

function answer({ method, target, reply }: EdgeRequest): void {
  const path = target.split("?")[0] ?? "";
  const page = pages[path];
  const type = page === undefined ? typeOf(path) : "text/html";
  const hints = path === "/second" ? `Accept-CH: ${acceptClientHints}\r\nSet-Cookie: sid=x; Path=/\r\n` : "";
  const body = Buffer.from(page ?? "");
  reply.writeHead(
    `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${hints}Content-Length: ${body.length}\r\n\r\n`,
  );
  if (method !== "HEAD") reply.write(body);
  reply.end();
}

function typeOf(path: string): string {
  const types = [
    ".css",
    "text/css",
    ".js",
    "text/javascript",
    ".mjs",
    "text/javascript",
    ".png",
    "image/png",
  ];
  const at = types.findIndex((ending, index) => index % 2 === 0 && path.endsWith(ending));
  return types[at + 1] ?? "text/html";
}

/** Different heads only, without the names that the page made up. */
function headsOf(requests: readonly EdgeRequest[]): { heads: CapturedHead[]; userAgent: string } {
  const heads = new Map<string, CapturedHead>();
  let userAgent = "";
  for (const request of requests) {
    const facts = new Facts(request, 0);
    userAgent = facts.userAgent ?? userAgent;
    const names = request.names.filter(
      (_, index) => headerRole(request.lowerNames[index] ?? "") !== "unknown",
    );
    const head = {
      http: request.httpVersion === 20 ? ("2" as const) : ("1.1" as const),
      kind: facts.requestKind,
      names: names.join(" "),
      ...(request.http2 && { pseudoOrder: request.http2.pseudoOrder }),
    };
    heads.set(JSON.stringify(head), head);
  }
  return { heads: [...heads.values()], userAgent };
}

/** Runs a browser until it is stopped. */
function run(command: string[]): { child: Bun.Subprocess<"ignore", "ignore", "pipe">; stop: () => void } {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  return { child, stop: () => child.kill("SIGKILL") };
}

const browsers = [
  {
    family: "chromium",
    program: "chromium",
    visit: (profile: string, url: string) => {
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
      const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
      // The window without a head calls itself HeadlessChrome; the one on a desk does not.
      const version = /\d+/.exec(Bun.spawnSync(["chromium", "--version"]).stdout.toString())?.[0] ?? "";
      const agent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
      const own = [
        "--ignore-certificate-errors",
        `--user-agent=${agent}`,
        `--user-data-dir=${profile}`,
        "--remote-debugging-port=0",
      ];
      return Promise.resolve(run(["chromium", ...flags, ...quiet, ...own, url]).stop);
    },
  },
  {
    family: "firefox",
    program: "firefox-esr",
    // Firefox takes an unknown certificate only from who drives it (WebDriver BiDi).
    visit: async (profile: string, url: string) => {
      const command = ["firefox-esr", "--headless", "--profile", profile, "--new-instance"];
      const { child, stop } = run([...command, "--remote-debugging-port", "0"]);
      let said = "";
      for await (const chunk of child.stderr) {
        said += new TextDecoder().decode(chunk);
        if (/BiDi listening on ws:\S+/.test(said)) break;
      }
      const address = /BiDi listening on (ws:\S+)/.exec(said)?.[1] ?? "";
      await drive(new WebSocket(`${address}/session`), url);
      return stop;
    },
  },
] as const;

/** Opens the address in the first window. */
async function drive(socket: WebSocket, url: string): Promise<void> {
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = failed;
  });
  let id = 0;
  const call = (method: string, params: object): Promise<unknown> => {
    const own = ++id;
    socket.send(JSON.stringify({ id: own, method, params }));
    return new Promise((answered) => {
      const listen = ({ data }: MessageEvent) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (message.id !== own) return;
        socket.removeEventListener("message", listen);
        answered(message.result);
      };
      socket.addEventListener("message", listen);
    });
  };
  await call("session.new", { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
  const tree = (await call("browsingContext.getTree", {})) as { contexts: { context: string }[] };
  await call("browsingContext.navigate", { context: tree.contexts[0]?.context, url, wait: "none" });
}

const known = (await Bun.file(file).exists()) ? ((await Bun.file(file).json()) as BrowserHeads[]) : [];
const table = new Map(known.map((one) => [`${one.family} ${one.major}`, one]));
for (const browser of browsers) {
  const visits = [await capture(browser, "http/1.1"), await capture(browser, "h2")];
  const product = browser.family === "chromium" ? "Chrome" : "Firefox";
  const major = Number(new RegExp(`${product}/(\\d+)`).exec(visits[0]?.userAgent ?? "")?.[1]);
  const software = Bun.spawnSync([browser.program, "--version"]).stdout.toString().trim();
  const heads = visits.flatMap((visit) => visit.heads);
  if (!Number.isInteger(major) || heads.length < 10) throw new Error(`${browser.family} was not captured`);
  const date = new Date().toISOString().slice(0, 10);
  table.set(`${browser.family} ${major}`, { family: browser.family, major, software, date, heads });
  console.log(`${software}: ${heads.length} heads`);
}
await Bun.write(file, `${JSON.stringify([...table.values()], null, 1)}\n`);
process.exit(0);
