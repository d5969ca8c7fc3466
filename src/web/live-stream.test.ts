import { afterEach, expect, test } from "bun:test";
import { type ConsoleFixture, consoleFixture, fixtureEvent } from "./console-fixture.ts";
import { LiveFeed } from "./live-feed.ts";

let fixture: ConsoleFixture | undefined;
afterEach(async () => {
  await fixture?.close();
  fixture = undefined;
});

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  return (
    response.body as unknown as ReadableStream<Uint8Array>
  ).getReader() as ReadableStreamDefaultReader<Uint8Array>;
}

/** Reads a stream until its text holds `words`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, words: string): Promise<string> {
  let text = "";
  while (!text.includes(words)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`the stream ended before ${words}`);
    text += new TextDecoder().decode(value);
  }
  return text;
}

test("the stream tells the page of new requests, and every line is data", async () => {
  fixture = await consoleFixture([fixtureEvent(3)]);
  const cookie = await fixture.signIn();
  const response = await fixture.send("/live?range=15m", { cookie });
  expect(response.headers.get("content-type")).toStartWith("text/event-stream");
  expect(response.headers.get("content-security-policy")).not.toBeNull();
  const reader = readerOf(response);
  const first = await readUntil(reader, "\n\n");
  const event = fixtureEvent(0, {
    path: "/<script>\n\ndata: forged",
    decision: "block",
    decider: "new_policy",
  });
  fixture.store.events.append(event);
  fixture.state.recent.unshift(event);
  const text = first + (await readUntil(reader, "new_policy"));
  await reader.cancel();
  expect(text).not.toContain("<script>");
  for (const line of text.split("\n")) expect(line === "" || /^(data: |retry: |: )/.test(line)).toBe(true);
}, 10_000);

test("one tick serves every page, and the ticking ends with the last", async () => {
  fixture = await consoleFixture([fixtureEvent(3)]);
  const { store, state } = fixture;
  let reads = 0;
  const feed = new LiveFeed(
    {
      store: {
        ...store,
        health: () => store.health(),
        reader: {
          ...store.reader,
          overview: (windowMs) => {
            reads++;
            return store.reader.overview(windowMs);
          },
        },
      },
      version: "",
      edgeUrl: "",
      startedAt: 0,
      enforcement: {
        switches: () => [],
        refresh: () => Promise.resolve(),
        states: () => [],
        frozen: () => [],
      },
      policyStatus: () => state.status,
      totals: () => ({ requests: 0, stopped: 0, errors: 0, openConnections: 0, droppedEvents: 0 }),
      recentEvents: () => state.recent,
      isReady: () => true,
    },
    Date.now,
  );
  let chunks = 0;
  let ended = 0;
  const sinks = Array.from({ length: 65 }, () => ({
    write: () => void chunks++,
    isAllowed: () => Promise.resolve(true),
    end: () => void ended++,
  }));
  const added = sinks.map((sink) => feed.add(sink, "1h"));
  expect(added.filter(Boolean)).toHaveLength(64);
  await Bun.sleep(1300);
  expect(reads).toBe(1);
  expect(chunks).toBe(64);
  feed.close();
  expect([ended, feed.size]).toEqual([64, 0]);
  await Bun.sleep(1200);
  expect(reads).toBe(1);
}, 10_000);

test("a page that leaves is forgotten over a real socket, and stopping ends the others", async () => {
  fixture = await consoleFixture([fixtureEvent(3)]);
  fixture.app.listen({ hostname: "127.0.0.1", port: 0 });
  const base = `http://127.0.0.1:${fixture.app.server?.port}`;
  const signedIn = await fetch(`${base}/sign-in`, {
    method: "POST",
    body: new URLSearchParams({ name: "ana", password: "correct horse battery staple" }),
    redirect: "manual",
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const leaving = new AbortController();
  const gone = await fetch(`${base}/live`, { headers: { cookie }, signal: leaving.signal });
  await readUntil(readerOf(gone), "retry");
  leaving.abort();
  const stays = await fetch(`${base}/live`, { headers: { cookie } });
  const reader = readerOf(stays);
  await readUntil(reader, "tiles");
  await fixture.app.stop();
  let isDone = false;
  while (!isDone) isDone = (await reader.read()).done;
  expect(isDone).toBe(true);
}, 10_000);
