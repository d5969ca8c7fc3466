/** The process is killed in the middle of an attack, twice; what it had answered and decided is still there afterwards. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiEvent, readEvents, readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";

setDefaultTimeout(30_000);

/** What may be lost: events of the last milliseconds before the kill. */
const losable = 250;
const clients = 12;
/** Between two requests of one client, ms: a few hundred requests a second together. */
const pauseMs = 20;
/** Answers before each kill. */
const rounds = [1_500, 400];

/** One answer as a client noted it. */
interface Noted {
  /** The path of a visit, or the id that a block was answered with. */
  readonly key: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** What one process answered until it was killed. */
interface Life {
  readonly welcome: string;
  readonly answers: readonly Noted[];
  readonly killedAt: number;
}

const signInAs = (n: number) => ({
  method: "POST",
  headers: { "user-agent": "stuffer/1.0" },
  body: new URLSearchParams({ email: `nobody${n}@mailbox.example`, password: "password1" }),
});

function judgementOf({ decision, decider, revision }: ApiEvent): string {
  return `${decision} by ${decider} of revision ${revision}`;
}

/** Clients that visit pages of their own and try passwords in turn, noting each answer, until the process is gone. */
class Load {
  readonly answers: Noted[] = [];
  #next: number;
  #isOver = false;

  constructor(first: number) {
    this.#next = first;
  }

  get next(): number {
    return this.#next;
  }

  async run(edgeUrl: string): Promise<void> {
    await Promise.all(Array.from({ length: clients }, () => this.#client(edgeUrl)));
  }

  stop(): void {
    this.#isOver = true;
  }

  async #client(edgeUrl: string): Promise<void> {
    while (!this.#isOver) {
      const n = this.#next++;
      try {
        await (n % 3 === 0 ? this.#tryPassword(edgeUrl, n) : this.#visit(edgeUrl, n));
      } catch (error) {
        // The kill cuts what is under way; before it, no request may fail.
        if (!this.#isOver) throw error;
      }
      await Bun.sleep(pauseMs);
    }
  }

  async #visit(edgeUrl: string, n: number): Promise<void> {
    const path = `/visit/${n}`;
    const answer = await fetch(edgeUrl + path);
    await answer.arrayBuffer();
    this.answers.push({ key: path, at: Date.now() });
  }

  async #tryPassword(edgeUrl: string, n: number): Promise<void> {
    const answer = await fetch(`${edgeUrl}/login`, signInAs(n));
    await answer.arrayBuffer();
    const id = answer.headers.get("sallyport-request-id");
    if (id !== null) this.answers.push({ key: id, at: Date.now() });
  }
}

describe("after two kills in the middle of an attack", () => {
  let dataDir = "";
  let password = "";
  const lives: Life[] = [];
  let sallyport: RunningSallyport;
  let session: ConsoleSession;
  let events: ApiEvent[] = [];

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), "sallyport-crash-")), "data");
    let first = 1;
    for (const wanted of rounds) {
      const { load, life } = await liveAndDie(wanted, first);
      lives.push(life);
      first = load.next;
    }
    sallyport = await startSallyport({ dataDir });
    session = await signIn(sallyport.consoleUrl, password);
    events = await readEvents(session, {});
  }, 90_000);

  afterAll(async () => {
    await sallyport.stop();
    await rm(join(dataDir, ".."), { recursive: true, force: true });
  });

  async function liveAndDie(wanted: number, first: number): Promise<{ load: Load; life: Life }> {
    const doomed = await startSallyport({ dataDir });
    password ||= doomed.password;
    const load = new Load(first);
    const running = load.run(doomed.edgeUrl);
    while (load.answers.length < wanted) await Promise.race([running, Bun.sleep(5)]);
    load.stop();
    const killedAt = Date.now();
    await doomed.kill();
    await running;
    return { load, life: { welcome: doomed.welcome, answers: load.answers, killedAt } };
  }

  test("every event that was answered 250 ms before the kill or earlier is stored, exactly once", () => {
    const stored = new Map<string, number>();
    for (const { id, path, decision } of events) {
      const key = decision === "block" ? id : path;
      stored.set(key, (stored.get(key) ?? 0) + 1);
    }
    for (const { answers, killedAt } of lives) {
      const owed = answers.filter(({ at }) => at < killedAt - losable);
      expect(owed.length).toBeGreaterThan(answers.length / 2);
      expect(owed.filter(({ key }) => stored.get(key) !== 1)).toEqual([]);
    }
  });

  test("the stored events say what happened, and the overview adds up to them", async () => {
    const visits = events.filter(({ path }) => path.startsWith("/visit/"));
    const told = new Set(
      visits.map((one) => `${one.method} ${one.status} ${one.decision} ${one.ip} ${one.app}`),
    );
    expect([...told]).toEqual(["GET 404 forward 127.0.0.1 shop"]);
    const overview = (await (await session.fetch("/api/v1/overview?range=1h")).json()) as {
      totals: Readonly<Record<string, number>>;
    };
    const counted = Object.entries(overview.totals).filter(([, count]) => count > 0);
    const listed = Map.groupBy(events, ({ decision }) => decision);
    expect(Object.fromEntries(counted)).toEqual(
      Object.fromEntries([...listed].map(([decision, list]) => [decision, list.length])),
    );
  });

  test("the database is whole", () => {
    using database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
    expect(database.query("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    expect(database.query("PRAGMA foreign_key_check").all()).toEqual([]);
  });

  test("the policies are back without parsing, as the same revision", async () => {
    const [first, second] = lives;
    expect(first?.welcome).toContain(" policies, compiled;");
    expect(second?.welcome).toContain(" policies, from the stored form;");
    expect(sallyport.welcome).toContain(" policies, from the stored form;");
    const { revision } = (await (await session.fetch("/api/v1/policies")).json()) as { revision: number };
    expect([...new Set(events.map((event) => event.revision))]).toEqual([revision]);
  });

  test("the attack goes on and is stopped again, by the same policy of the same revision", async () => {
    const blocks: string[] = [];
    for (let n = 0; n < 40; n++) {
      const answer = await fetch(`${sallyport.edgeUrl}/login`, signInAs(100_000 + n));
      await answer.arrayBuffer();
      const id = answer.headers.get("sallyport-request-id");
      // Once it is stopped it stays stopped.
      if (id !== null || blocks.length > 0) blocks.push(id ?? "passed");
    }
    expect(blocks).not.toContain("passed");
    expect(blocks.length).toBeGreaterThanOrEqual(10);
    const before = new Set(events.filter(({ decision }) => decision === "block").map(judgementOf));
    expect(before).toContain(judgementOf(await readReceipt(session, blocks.at(-1)!)));
  });
});
