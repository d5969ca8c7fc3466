/** Panic from the command line, while the process serves: in force within a second, kept over a restart, and back. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningSallyport, runSallyport, startSallyport } from "../support/sallyport.ts";

setDefaultTimeout(60_000);

let folder = "";
let sallyport: RunningSallyport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-panic-"));
  sallyport = await startSallyport({ dataDir: join(folder, "data") });
});
afterAll(async () => {
  await sallyport.stop();
  await rm(folder, { recursive: true, force: true });
});

let attempts = 0;
async function attempt(): Promise<number> {
  const body = new URLSearchParams({ email: `u${attempts++}@x.example`, password: "p" });
  const response = await fetch(`${sallyport.edgeUrl}/login`, { method: "POST", body });
  await response.body?.cancel();
  return response.status;
}

const panic = (to: "on" | "off") =>
  runSallyport({ args: ["panic", to, "--reason", "customers call", "--data", sallyport.dataDir] });

/** The first time within a second that an attempt is answered so. */
async function isAnswered(isStopped: boolean): Promise<boolean> {
  const until = Date.now() + 1000;
  while (Date.now() < until) if (((await attempt()) === 429) === isStopped) return true;
  return false;
}

test("what was stopped passes within a second of panic, also after a restart, and is stopped again after it", async () => {
  for (let index = 0; index < 14; index++) await attempt();
  expect(await attempt()).toBe(429);
  expect((await panic("on")).exitCode).toBe(0);
  expect(await isAnswered(false)).toBe(true);
  await sallyport.stop();
  sallyport = await startSallyport({ dataDir: sallyport.dataDir });
  for (let index = 0; index < 20; index++) expect(await attempt()).not.toBe(429);
  expect((await panic("off")).exitCode).toBe(0);
  expect(await isAnswered(true)).toBe(true);
});
