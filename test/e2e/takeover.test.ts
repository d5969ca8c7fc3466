/** A new process takes over the ports while the old one drains: nobody's request fails. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { readEvents } from "../support/console-events.ts";
import { signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, runSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const slowMs = 1_500;

let origin: RawOrigin;
let old: RunningSallyport;

beforeAll(async () => {
  origin = startRawOrigin(({ head }, socket) => {
    socket.data.current = undefined;
    const answer = () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    if (head.startsWith("GET /slow")) setTimeout(answer, slowMs);
    else answer();
  });
  old = await startSallyport({ args: ["--origin", origin.url, "--reuse-port"] });
});

afterAll(() => origin.stop());

async function ask(port: number, path: string): Promise<string> {
  const client = await connectRaw(port);
  client.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return (await client.closed(10_000)).received;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const isAnswered = (answer: string) => answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\nok");

test("under load, without a failed request, in flight or new", async () => {
  const port = Number(new URL(old.edgeUrl).port);
  const failures: string[] = [];
  let answered = 0;
  let resets = 0;
  const load = { isOver: false };
  const visitor = async () => {
    while (!load.isOver) {
      let answer = await ask(port, "/page");
      if (answer === "") {
        // Linux resets what entered the closing port's queue within its last microseconds.
        resets++;
        answer = await ask(port, "/page");
      }
      if (isAnswered(answer)) answered++;
      else failures.push(answer);
      await Bun.sleep(5);
    }
  };
  const visitors = [visitor(), visitor(), visitor()];
  await waitUntil("visitors are served", () => answered > 20);
  const young = await startSallyport({
    dataDir: old.dataDir,
    args: [
      "--origin",
      origin.url,
      "--reuse-port",
      "--listen",
      new URL(old.edgeUrl).host,
      "--admin",
      new URL(old.consoleUrl).host,
    ],
  });
  expect([young.edgeUrl, young.consoleUrl]).toEqual([old.edgeUrl, old.consoleUrl]);
  const inFlight = Array.from({ length: 8 }, () => ask(port, "/slow"));
  await waitUntil(
    "the slow requests are at the origin",
    () => origin.requests.filter(({ head }) => head.startsWith("GET /slow")).length === 8,
  );
  await old.stop();
  const before = answered;
  await waitUntil("the new process serves", () => answered > before + 20);
  load.isOver = true;
  await Promise.all(visitors);
  expect((await Promise.all(inFlight)).filter((answer) => !isAnswered(answer))).toEqual([]);
  expect(failures).toEqual([]);
  expect(resets).toBeLessThanOrEqual(3);
  expect((await fetch(`${young.consoleUrl}/readyz`)).status).toBe(200);
  const session = await signIn(young.consoleUrl, old.password);
  // Ids tell the millisecond; the two may give the same one to a request each.
  await waitUntil("what both served is stored", async () => {
    const { length } = await readEvents(session, { path: "/page" });
    return length <= answered && length >= answered - 3;
  });
  await young.stop();
});

test("a process that drains says that it is not ready, finishes what it has, and takes nothing new", async () => {
  const alone = await startSallyport({ args: ["--origin", origin.url] });
  const port = Number(new URL(alone.edgeUrl).port);
  const ready = async () => (await fetch(`${alone.consoleUrl}/readyz`)).status;
  expect(await ready()).toBe(200);
  const slow = ask(port, "/slow?draining");
  await waitUntil("it is at the origin", () =>
    origin.requests.some(({ head }) => head.includes("?draining")),
  );
  const stopped = alone.stop();
  await waitUntil("it is not ready", async () => (await ready()) === 503);
  expect((await fetch(`${alone.consoleUrl}/livez`)).status).toBe(200);
  const isRefused = () =>
    connectRaw(port).then(
      (client) => {
        client.close();
        return false;
      },
      () => true,
    );
  await waitUntil("new connections are refused", isRefused);
  expect(isAnswered(await slow)).toBe(true);
  await stopped;
});

test("a second process on the data directory says so loudly, and the first does not overwrite what it saves", async () => {
  const first = await startSallyport({ args: ["--origin", origin.url] });
  const second = await startSallyport({ dataDir: first.dataDir, args: ["--origin", origin.url] });
  expect(second.output()).toContain("ANOTHER PROCESS RUNS ON THIS DATA DIRECTORY");
  expect(second.output()).toContain(`"pid":${first.pid}`);
  expect(first.output()).not.toContain("ANOTHER PROCESS");
  const saved = join(second.dataDir, "gauges.bin");
  process.kill(first.pid, "SIGTERM");
  await waitUntil("the first has ended", () => !isRunning(first.pid), 15_000);
  expect(await Bun.file(saved).exists()).toBe(false);
  await second.stop();
  expect(await Bun.file(saved).exists()).toBe(true);
  await first.stop();
});

test("without the flag a taken port is told, not shared", async () => {
  const alone = await startSallyport({ args: ["--origin", origin.url] });
  const args = [
    "serve",
    "--origin",
    origin.url,
    "--data",
    `${alone.dataDir}-other`,
    "--reuse-port",
    "--admin",
    "127.0.0.1:0",
  ];
  const { exitCode, stderr } = await runSallyport({
    args: [...args, "--listen", new URL(alone.edgeUrl).host],
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain("the port is taken");
  await alone.stop();
});
