#!/usr/bin/env bun
/**
 * `bun test/range/capture-browsers.ts`: writes `captures.json`, the request heads that Debian's Chromium and Firefox
 * really send, one of each kind of request, so that replayed customers are no guess. Run again after a browser update.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { BrowserCapture, CapturedHead, CapturedKind } from "./browser-captures.ts";

const browsers = [
  {
    name: "chromium",
    command: (profile: string, url: string) => [
      "chromium",
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The window without a head calls itself HeadlessChrome; the one on a desk does not.
      "--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
      `--user-data-dir=${profile}`,
      "--remote-debugging-port=0",
      url,
    ],
  },
  {
    name: "firefox",
    command: (profile: string, url: string) => [
      "firefox-esr",
      "--headless",
      "--profile",
      profile,
      "--new-instance",
      url,
    ],
  },
] as const;

/** A tour through every kind of request: each page sends the next one. */
const pages: Readonly<Record<string, readonly [type: string, body: string]>> = {
  "/": [
    "text/html",
    `<link rel=stylesheet href=/style.css><script src=/script.js></script><img src=/image.png><script>
     setTimeout(async () => {
       await fetch("/api/products");
       await fetch("/api/login", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
       location.href = "/login";
     }, 300)</script>`,
  ],
  "/login": [
    "text/html",
    `<form method=post action=/login><input name=email value=a><input name=password value=b></form>
     <script>setTimeout(() => document.forms[0].submit(), 200)</script>`,
  ],
  "/done": ["text/html", "<title>done</title>done"],
  "/style.css": ["text/css", "body{}"],
  "/script.js": ["text/javascript", ""],
  "/image.png": ["image/png", ""],
};

function kindOf(method: string, path: string): CapturedKind | undefined {
  switch (`${method} ${path}`) {
    case "GET /":
      return "navigation";
    case "GET /login":
      return "link";
    case "POST /login":
      return "form";
    case "GET /api/products":
      return "fetch";
    case "POST /api/login":
      return "send";
    case "GET /style.css":
      return "style";
    case "GET /script.js":
      return "script";
    case "GET /image.png":
      return "image";
    default:
      return undefined;
  }
}

/** Reads heads as raw bytes: any HTTP library would lose their order or case. */
function startRecorder(heads: Map<CapturedKind, CapturedHead>, finished: () => void): Server {
  const answer = (socket: Socket, head: string) => {
    const [requestLine = "", ...lines] = head.split("\r\n");
    const [method = "", path = ""] = requestLine.split(" ");
    const kind = kindOf(method, path);
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
    if (kind && !heads.has(kind)) heads.set(kind, { kind, headers });
    const isForm = method === "POST" && path === "/login";
    const [type, body] = pages[path] ?? ["application/json", "{}"];
    socket.write(
      isForm
        ? "HTTP/1.1 303 See Other\r\nLocation: /done\r\nContent-Length: 0\r\n\r\n"
        : `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nSet-Cookie: sid=${"x".repeat(43)}; Path=/\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    if (path === "/done") finished();
  };
  return createServer((socket) => {
    let text = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (;;) {
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = text.slice(0, end);
        const length = Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        text = text.slice(end + 4 + length);
        answer(socket, head);
      }
    });
  });
}

async function capture({ name, command }: (typeof browsers)[number]): Promise<BrowserCapture> {
  const heads = new Map<CapturedKind, CapturedHead>();
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();
  const server = startRecorder(heads, finish);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const profile = await mkdtemp(join(tmpdir(), "capture-"));
  const child = Bun.spawn(command(profile, `http://127.0.0.1:${port}/`), {
    stdout: "ignore",
    stderr: "ignore",
  });
  await Promise.race([done, Bun.sleep(30_000)]);
  child.kill("SIGKILL");
  server.close();
  await rm(profile, { recursive: true, force: true });
  return { name, heads: [...heads.values()] };
}

const captured: BrowserCapture[] = [];
for (const browser of browsers) captured.push(await capture(browser));
const file = resolve(import.meta.dir, "captures.json");
await Bun.write(file, `${JSON.stringify(captured, null, 2)}\n`);
for (const { name, heads } of captured) console.log(`${name}: ${heads.map(({ kind }) => kind).join(", ")}`);
