import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WorkerChannel } from "./worker-channel.ts";

const dir = mkdtempSync(join(tmpdir(), "channel-"));
const url = join(dir, "fake.worker.js");
writeFileSync(
  url,
  `self.onmessage = ({ data }) => {
    if (data.kind === "start") {
      if (data.path === "broken") postMessage({ kind: "failure", call: 0, code: "database_unusable", message: "no" });
      else postMessage({ kind: "ready" });
      return;
    }
    switch (data.name) {
      case "echo": return postMessage({ kind: "answer", call: data.call, value: data.args });
      case "fail": return postMessage({ kind: "failure", call: data.call, code: "bad_input", message: "not so" });
      case "hang": while (true) {}
      case "throw": throw new Error("boom");
      case "exit": process.exit(3);
    }
  };`,
);
afterAll(() => rmSync(dir, { recursive: true }));

function open(timeoutMs: number, onCrash = () => {}, path = "x"): WorkerChannel {
  const start = { kind: "start", path, retentionMs: 1 } as const;
  return new WorkerChannel({ url, start, timeoutMs, replacesStuck: true, onCrash });
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

test("calls are answered in whatever order, failures with their code", async () => {
  const channel = open(1000);
  await channel.ready();
  const answers = await Promise.all([
    channel.call<unknown>("echo", [1]),
    channel.call<unknown>("echo", ["two", 2]),
  ]);
  expect(answers).toEqual([[1], ["two", 2]]);
  expect(await codeOf(channel.call("fail", []))).toBe("bad_input: not so");
  channel.close();
});

test("a stuck Worker costs its waiting calls a clear error and is replaced", async () => {
  let crashes = 0;
  const channel = open(200, () => crashes++);
  await channel.ready();
  const behind = channel.call("hang", []).catch((error: unknown) => error);
  expect(await codeOf(channel.call("echo", [1]))).toMatch(/^store_timeout: storage did not answer/);
  await behind;
  expect(crashes).toBe(1);
  expect(await channel.call<unknown>("echo", [2], 3000)).toEqual([2]);
  channel.close();
});

test.each(["throw", "exit"])(
  "a Worker that dies (%s) rejects its calls at once and is replaced",
  async (name) => {
    let crashes = 0;
    const channel = open(5000, () => crashes++);
    await channel.ready();
    const started = performance.now();
    expect(await codeOf(channel.call(name, []))).toMatch(/^store_timeout: a storage thread failed/);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(crashes).toBe(1);
    expect(await channel.call<unknown>("echo", [3])).toEqual([3]);
    channel.close();
  },
);

test("a database that cannot be opened fails the start with its reason", async () => {
  const channel = open(1000, () => {}, "broken");
  expect(await codeOf(channel.ready())).toBe("database_unusable: no");
  channel.close();
});

test("a closed channel rejects what waits and what comes", async () => {
  const channel = open(5000);
  await channel.ready();
  const waiting = codeOf(channel.call("hang", []));
  channel.close();
  expect(await waiting).toBe("store_timeout: storage is closed");
  expect(await codeOf(channel.call("echo", []))).toBe("store_timeout: storage is closed");
});
