import { Database } from "bun:sqlite";
import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../test/support/wait-until.ts";
import { databasePath } from "./database.ts";
import { eventIdsPerMs, eventTime } from "./event-row.ts";
import { openStore, type Store } from "./open-store.ts";
import { sampleEvent } from "./sample-event.ts";
import type { StoredSession } from "./store-reader.ts";

const opened: Store[] = [];
const dirs: string[] = [];

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "store-"));
  dirs.push(dir);
  return dir;
}

async function open(dataDir: string): Promise<Store> {
  const store = await openStore({ dataDir });
  opened.push(store);
  return store;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

test("an event that was flushed is read back by its id with receipt and revision", async () => {
  const store = await open(newDir());
  const revision = await store.commands.saveRevision({
    hash: "h1",
    irVersion: 1,
    ir: {},
    files: [],
    note: "",
  });
  const event = sampleEvent({
    id: Date.now() * eventIdsPerMs,
    revision,
    decision: "block",
    receipt: '{"labels":[]}',
  });
  store.events.append(event);
  await store.events.flush();
  const detail = await store.reader.event(event.id);
  expect(detail?.event).toEqual(event);
  expect(detail?.revision).toMatchObject({ id: revision, hash: "h1" });
  expect(await store.reader.event(event.id + 1)).toBeUndefined();
  expect((await store.reader.overview(3_600_000)).totals.block).toBe(1);
  expect(await store.reader.storage()).toMatchObject({
    estimatedEvents: 1,
    oldestEvent: eventTime(event.id),
  });
});

test("what was appended before close is there after the next open, and so are keys and revisions", async () => {
  const dir = newDir();
  const first = await open(dir);
  const key = first.boot.secret("account", 32);
  expect(first.boot.hasUsers()).toBe(false);
  expect(first.boot.latestRevision()).toBeUndefined();
  const id = Date.now() * eventIdsPerMs;
  for (let index = 0; index < 1000; index++) first.events.append(sampleEvent({ id: id + index }));
  await first.commands.saveUser({ name: "ann", passwordHash: "p" });
  await first.commands.saveRevision({
    hash: "a",
    irVersion: 1,
    ir: { n: 1 },
    files: [{ name: "f", text: "t" }],
    note: "one",
  });
  await first.commands.saveRevision({ hash: "b", irVersion: 1, ir: { n: 2 }, files: [], note: "two" });
  await first.close();
  const second = await open(dir);
  expect(second.boot.secret("account", 32)).toEqual(key);
  expect(() => second.boot.secret("account", 16)).toThrow(/not 16 bytes/);
  expect(second.boot.hasUsers()).toBe(true);
  expect(second.boot.latestRevision()).toMatchObject({ id: 2, hash: "b", ir: { n: 2 } });
  expect(await second.reader.event(id + 999)).toBeDefined();
  // Going back to an older set makes it the latest under its old number.
  expect(
    await second.commands.saveRevision({ hash: "a", irVersion: 1, ir: { n: 1 }, files: [], note: "" }),
  ).toBe(1);
  expect(second.boot.latestRevision()?.id).toBe(1);
  expect((await second.reader.revisions(10)).map((revision) => revision.id)).toEqual([1, 2]);
  expect((await second.reader.revision(2))?.ir).toEqual({ n: 2 });
});

function session(tokenHash: string, expiresAt = Date.now() + 60_000): StoredSession {
  return { tokenHash, user: "ann", createdAt: Date.now(), expiresAt };
}

test("sessions end by command, by time, and with a new password", async () => {
  const store = await open(newDir());
  await store.commands.saveUser({ name: "ann", passwordHash: "p1" });
  await store.commands.saveSession(session("gone"));
  await store.commands.saveSession(session("expired", Date.now() - 1));
  await store.commands.saveSession(session("kept"));
  await store.commands.deleteSession("gone");
  expect(await store.reader.session("gone")).toBeUndefined();
  expect(await store.reader.session("expired")).toBeUndefined();
  expect(await store.reader.session("kept")).toMatchObject({ user: "ann" });
  for (let index = 0; index < 120; index++) await store.commands.saveSession(session(`many${index}`));
  expect(await store.reader.session("kept")).toBeUndefined();
  expect(await store.reader.session("many119")).toBeDefined();
  await store.commands.saveUser({ name: "ann", passwordHash: "p2" });
  expect(await store.reader.session("many119")).toBeUndefined();
  expect(await store.reader.user("ann")).toMatchObject({ passwordHash: "p2" });
  expect(await store.reader.user("bob")).toBeUndefined();
  expect(await codeOf(store.commands.saveSession({ ...session("x"), user: "bob" }))).toMatch(
    /^database_unusable/,
  );
});

test("the audit log is read newest first, hostile text unchanged", async () => {
  const store = await open(newDir());
  await store.commands.audit({ who: "ann", action: "signed in", detail: "" });
  await store.commands.audit({ who: "ann", action: "panic", detail: "<b>'; DROP TABLE audit; --\u0000" });
  const log = await store.reader.auditLog(10);
  expect(log.map((entry) => entry.action)).toEqual(["panic", "signed in"]);
  expect(log[0]?.detail).toBe("<b>'; DROP TABLE audit; --\u0000");
});

test("a database that is locked for a while loses no event and says so meanwhile", async () => {
  const dir = newDir();
  const store = await open(dir);
  const other = new Database(databasePath(dir));
  other.run("BEGIN IMMEDIATE");
  const id = Date.now() * eventIdsPerMs;
  for (let index = 0; index < 500; index++) store.events.append(sampleEvent({ id: id + index }));
  const flushed = store.events.flush();
  for (let turn = 0; turn < 50 && store.health().isHealthy; turn++) await Bun.sleep(100);
  expect(store.health().reason).toContain("locked");
  other.run("COMMIT");
  other.close();
  await flushed;
  expect(store.health().isHealthy).toBe(true);
  expect(store.events.pressure().droppedEvents).toBe(0);
  expect(await store.reader.event(id + 499)).toBeDefined();
}, 15_000);

test("a data directory that cannot be written is named", async () => {
  const file = join(newDir(), "file");
  writeFileSync(file, "");
  expect(await codeOf(openStore({ dataDir: join(file, "data") }))).toMatch(
    /^data_dir_unwritable: cannot write to the data directory .*file\/data$/,
  );
});

test("a broken database is refused at the start and named", async () => {
  const dir = newDir();
  writeFileSync(databasePath(dir), "this is no database ".repeat(1000));
  expect(await codeOf(openStore({ dataDir: dir }))).toMatch(
    /^database_unusable: the database .*sallyport\.db/,
  );
});

/** The last event on disk and how many there are, as another process sees them. */
function storedEvents(dir: string): { last: number; count: number } {
  if (!existsSync(databasePath(dir))) return { last: 0, count: 0 };
  const database = new Database(databasePath(dir), { readonly: true });
  try {
    const sql = "SELECT coalesce(max(id), 0) AS last, count(*) AS count FROM event";
    return database.query<{ last: number; count: number }, []>(sql).get()!;
  } catch {
    // Its tables are not made yet.
    return { last: 0, count: 0 };
  } finally {
    database.close();
  }
}

const flood = `
  import { writeSync } from "node:fs";
  import { openStore } from ${JSON.stringify(join(import.meta.dir, "open-store.ts"))};
  import { sampleEvent } from ${JSON.stringify(join(import.meta.dir, "sample-event.ts"))};
  const store = await openStore({ dataDir: process.argv[1] });
  await store.commands.saveRevision({ hash: "live", irVersion: 1, ir: {}, files: [], note: "" });
  setInterval(() => {
    const first = Date.now() * 4096;
    for (let index = 0; index < 40; index++) {
      store.events.append(sampleEvent({ id: first + index, path: "/p" + (index % 7), receipt: index % 5 ? undefined : "{}" }));
    }
    writeSync(1, first + 39 + "\\n");
  }, 4);
`;

test("a killed process loses nothing that was once on disk, leaves no gap and corrupts nothing", async () => {
  const dir = newDir();
  const child = Bun.spawn([process.execPath, "-e", flood, dir], { stdout: "pipe", stderr: "inherit" });
  const printed = new Response(child.stdout).text();
  // Nobody flushes: rows come to the disk by themselves.
  await waitUntil("thousands are on disk", () => storedEvents(dir).count > 4_000, 20_000);
  const before = storedEvents(dir);
  child.kill("SIGKILL");
  await child.exited;
  const ids = (await printed).trim().split("\n").map(Number);
  expect(ids.length).toBeGreaterThan(50);

  const store = await open(dir);
  const database = new Database(databasePath(dir), { readonly: true });
  expect(database.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  const { last, count } = storedEvents(dir);
  expect(last).toBeGreaterThanOrEqual(before.last);
  expect(count).toBeGreaterThanOrEqual(before.count);
  // No gap before the end, and the sums are of the same moment as the events.
  const stored = ids.filter((id) => id <= last).length;
  expect(count).toBeGreaterThanOrEqual(stored * 40 - 40);
  const rollup = database.query("SELECT sum(requests) AS count FROM rollup_minute WHERE kind = 0").get();
  expect(rollup).toEqual({ count });
  database.close();
  expect(store.boot.latestRevision()?.hash).toBe("live");
}, 15_000);
