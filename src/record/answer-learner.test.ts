import { afterEach, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { LearnedFrom, Outcome } from "../../dsl/index.ts";
import { Facts } from "../describe/facts.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { LearnedBook } from "../perform/learned-book.ts";
import { parseResponseHead } from "../perform/response-head.ts";
import { AnswerLearner } from "./answer-learner.ts";
import { learnedText, readLearned } from "./read-learned.ts";

const failure: LearnedFrom = { app: "bank", route: "login", kind: "failure" };
const name = "bank.login failure";
const failed: Outcome = { event: "login", kind: "failure" };

let learner: AnswerLearner | undefined;
afterEach(() => learner?.close());

function setUp() {
  const book = new LearnedBook();
  const saved: string[] = [];
  const faults: unknown[] = [];
  learner = new AnswerLearner(book, {
    save: (_, learned) => void saved.push(learnedText(learned)),
    fault: (error) => void faults.push(error),
  });
  return { book, saved, faults, learner };
}

interface Passed {
  readonly body: Buffer;
  readonly headers?: string;
  readonly outcome?: Outcome | undefined;
  readonly method?: string;
  readonly status?: number;
}

/** Lets one genuine answer pass; true when it was watched. */
function pass(watcher: AnswerLearner, index: number, answer: Passed): boolean {
  const body = `{"email":"u${index}@x.example","password":"hunter2"}`;
  const headers = [
    ["Content-Type", "application/json"],
    ["Accept-Encoding", "gzip"],
  ] as const;
  const facts = new Facts(
    sampleRequest({ method: answer.method ?? "POST", headers, body, ip: `192.0.2.${index % 250}` }),
    Date.now(),
  );
  const text = `HTTP/1.1 ${answer.status ?? 401} Nope\r\n${answer.headers ?? ""}Content-Length: ${answer.body.length}\r\n`;
  const head = parseResponseHead(text, "POST");
  if (typeof head === "string") throw new Error(head);
  const outcome = () => ("outcome" in answer ? answer.outcome : failed);
  const watching = watcher.watch(
    { facts, learns: [failure], head, latencyMs: 40 + index, outcome },
    undefined,
  );
  watching?.data(answer.body, 0, answer.body.length);
  watching?.end();
  return watching !== undefined;
}

async function until(isDone: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isDone() && Date.now() < end) await Bun.sleep(10);
}

test("coded answers of the outcome are learned in a Worker, and kept without anybody's values", async () => {
  const { book, saved, faults, learner: one } = setUp();
  const coded = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
  for (let index = 0; index < 8; index++) {
    const body = gzipSync(`{"error":"bad","user":"u${index}@x.example","id":"${randomUUID()}"}`);
    expect(pass(one, index, { body, headers: coded })).toBe(true);
  }
  await until(() => saved.length > 0);
  const learned = book.find(name);
  expect(faults).toEqual([]);
  expect(learned).toMatchObject({ answers: 8, accounts: 8, problem: undefined });
  expect(learned?.templates[0]).toMatchObject({
    status: 401,
    phrase: "Nope",
    coding: "gzip",
    seen: { gzip: 8 },
  });
  expect([learned?.latencies[0], learned?.latencies.at(-1)]).toEqual([40, 47]);
  expect(saved[0]).toContain('"error":"bad'.replaceAll('"', String.raw`\"`));
  for (const secret of ["@x.example", "hunter2", "u3"]) expect(saved.join("")).not.toContain(secret);
  expect(readLearned(saved[0]!)).toEqual(learned);
  expect(readLearned('{"version":0}')).toBeUndefined();
  expect(readLearned("nonsense")).toBeUndefined();
});

test("other outcomes, answers without a body of their own and those too long teach nothing", async () => {
  const { book, saved, learner: one } = setUp();
  const body = Buffer.from("no");
  for (let index = 0; index < 4; index++)
    pass(one, index, { body, outcome: { event: "login", kind: "success" } });
  pass(one, 4, { body, outcome: undefined });
  expect(pass(one, 5, { body, method: "HEAD" })).toBe(false);
  expect(pass(one, 6, { body: Buffer.alloc(0), status: 304 })).toBe(false);
  pass(one, 7, { body: Buffer.alloc(70_000, "x") });
  await until(() => book.find(name) !== undefined);
  expect(book.find(name)?.problem).toBe(
    "0 of 5 answers, of 0 of 3 accounts, from 0 of 3 networks, 1 more were too long or no text",
  );
  expect(saved).toEqual([]);
});

test("under load only some bodies of a second are looked at, and the time of each answer still counts", async () => {
  const { book, learner: one } = setUp();
  for (let index = 0; index < 300; index++) pass(one, index, { body: Buffer.from("no") });
  await until(() => (book.find(name)?.answers ?? 0) > 0);
  // The loop may have run over the turn of a second.
  expect(book.find(name)?.answers).toBeLessThanOrEqual(16);
  expect(book.find(name)?.latencies.at(-1)).toBe(339);
});
