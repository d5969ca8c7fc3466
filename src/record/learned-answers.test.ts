/** Made-up answers beside genuine ones: nobody may tell which are which. */
import { expect, test } from "bun:test";
import { randomBytes, randomUUID } from "node:crypto";
import type { AnswerTemplate, LearnedAnswer } from "../perform/answer-template.ts";
import { quantileAt } from "../perform/made-up-shape.ts";
import { PieceWriter } from "../perform/piece-writer.ts";
import { SeededDraw } from "../perform/seeded-draw.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { AnswerSamples } from "./answer-samples.ts";
import { learnForms } from "./learn-forms.ts";

const start = Date.UTC(2026, 4, 4, 12);
const draw = new SeededDraw("test", "genuine");

type Answer = Pick<AnswerSample, "headers" | "body">;

function jsonFailure(email: string, at: number): Answer {
  const id = randomUUID();
  const left = draw.below(4);
  return {
    headers: [
      ["Server", "bank/7"],
      ["X-Request-ID", randomBytes(12).toString("hex")],
      ["content-type", "application/json; charset=utf-8"],
      ["Set-Cookie", `trk=${randomBytes(18).toString("base64url")}; Path=/; Max-Age=3600; HttpOnly`],
      ["Expires", new Date(at + 60_000).toUTCString()],
      ["ETag", `W/"${randomBytes(10).toString("base64")}"`],
      ["Date", new Date(at).toUTCString()],
      ["Content-Length", "0"],
    ],
    body: `{"error": "invalid_grant",  "user":${JSON.stringify(email)}, "id":"${id}","attempts_left":${left},"at":"${new Date(at).toISOString()}", "seq": ${10_000 + Math.round((at - start) / 250)}, "score": ${(draw.share() * 40).toFixed(2)}, "hint": null}`,
  };
}

function htmlFailure(email: string): Answer {
  const token = randomBytes(24).toString("base64url");
  const escaped = email.replaceAll("&", "&amp;").replaceAll("'", "&#39;");
  const rows = Array.from({ length: 40 }, (_, row) => `<li class="r${row}">Item ${row}</li>`).join("\n");
  return {
    headers: [["Content-Type", "text/html"]],
    body: `<!doctype html><title>Sign in</title><form method=post><input type="hidden" name="csrf" value="${token}"><input name="email" value="${escaped}"><p class=err>That e-mail and password do not match.</p></form><ul>${rows}</ul><footer>req ${randomBytes(4).toString("hex")}</footer>`,
  };
}

function sample(
  make: (email: string, at: number) => Answer,
  index: number,
  email = `user${index}o'b@mail${index % 7}.example`,
): AnswerSample {
  const at = start + index * 1000;
  return {
    status: 401,
    phrase: "Unauthorized",
    coding: undefined,
    framing: "length",
    at,
    account: email,
    network: `net${index}`,
    client: `client${index % 9}`,
    question: `client${index % 9} ${email}`,
    submitted: new Map([
      ["body.email", email],
      ["username", email],
    ]),
    condition: "",
    ...make(email, at),
  };
}

function taught(samples: AnswerSamples): LearnedAnswer {
  return samples.settled(learnForms(samples.newest, samples.unusable, start), undefined);
}

function learned(make: (email: string, at: number) => Answer, count = 32): AnswerTemplate {
  const samples = new AnswerSamples();
  for (let index = 0; index < count; index++) samples.add(sample(make, index));
  const result = taught(samples);
  expect(result.problem).toBeUndefined();
  expect(result.templates).toHaveLength(1);
  return result.templates[0]!;
}

function madeUp(
  template: AnswerTemplate,
  index: number,
  email = `new${index}@mail${index % 7}.example`,
): Answer {
  const asker = {
    submitted: new Map([
      ["body.email", email],
      ["username", email],
    ]),
    seeds: { client: `c${index}`, question: `c${index} ${email}`, answer: `a${index}` },
  };
  const writer = new PieceWriter(asker, "salt", start + index * 1000);
  return {
    headers: template.headers.map(([name, pieces], at) => [name, writer.text(pieces, `header.${at}`)]),
    body: writer.text(template.body, "body"),
  };
}

/** A text with the classes of its characters in place of them. */
const shapeOf = (text: string) =>
  text.replaceAll(/[a-z]/gi, "a").replaceAll(/\d/g, "a").replaceAll(/[-_]/g, "a");

function partUpTo(list: readonly number[], value: number): number {
  return list.filter((one) => one <= value).length / list.length;
}

/** The largest distance between two empirical distributions (Kolmogorov-Smirnov). */
function distance(left: readonly number[], right: readonly number[]): number {
  return Math.max(
    ...[...left, ...right].map((value) => Math.abs(partUpTo(left, value) - partUpTo(right, value))),
  );
}

/** Critical distance of two samples of 200 at a level of 0.1 %. */
const critical = 1.95 * Math.sqrt(2 / 200);

const count = (text: string, sign: RegExp) => text.match(sign)?.length ?? 0;

const featuresOf = ({ headers, body }: Answer): number[] => {
  const cookie = headers[3]?.[1] ?? "";
  const id = headers[1]?.[1] ?? "";
  const parsed = JSON.parse(body);
  return [
    count(cookie, /[A-Z]/g),
    count(cookie, /\d/g),
    count(cookie, /[-_]/g),
    count(id, /[a-f]/g),
    count(parsed.id, /[a-f]/g),
    parsed.score,
    parsed.attempts_left,
    id.charCodeAt(0),
    id.charCodeAt(id.length - 1),
    body.length - parsed.user.length,
  ];
};

const bare = (body: string) => shapeOf(body.replace(/name="email" value="[^"]*"/, ""));

const prose = (): Answer => ({
  headers: [],
  body: Array.from({ length: 5 + draw.below(40) }, () => randomBytes(3).toString("hex")).join(" "),
});

const balance = (email: string, at: number): Answer => ({
  headers: [["X-Id", randomBytes(8).toString("hex")]],
  body: `{"balance": ${(Bun.hash(email) % 9000n) + 10n}.50, "at": ${Math.floor(at / 1000)}}`,
});

const latency = () => 20 + 15 * draw.share() + (draw.share() < 0.1 ? 200 * draw.share() : 0);

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

test("made-up JSON answers have the form of genuine ones and none of their values", () => {
  const template = learned(jsonFailure);
  const genuine = Array.from({ length: 200 }, (_, index) => sample(jsonFailure, index));
  const lies = Array.from({ length: 200 }, (_, index) => madeUp(template, index));
  for (const lie of lies) {
    expect(lie.headers.map(([name]) => name)).toEqual(genuine[0]!.headers.map(([name]) => name));
    expect(Object.keys(JSON.parse(lie.body))).toEqual(Object.keys(JSON.parse(genuine[0]!.body)));
    expect(JSON.parse(lie.body).user).toMatch(/^new\d+@mail\d\.example$/);
    expect(JSON.parse(lie.body).id).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
    expect(JSON.parse(lie.body).hint).toBeNull();
  }
  const fields = ["attempts_left", "score", "seq"] as const;
  for (const field of fields) {
    const values = (answers: readonly Answer[]) => answers.map(({ body }) => Number(JSON.parse(body)[field]));
    if (field !== "seq") expect(distance(values(genuine), values(lies))).toBeLessThan(critical + 0.15);
    else expect(values(lies)[100]).toBeCloseTo(values(genuine)[100]!, -2);
  }
  const moments = lies.map(({ body }, index) => Date.parse(JSON.parse(body).at) - (start + index * 1000));
  expect(Math.max(...moments.map(Math.abs))).toBeLessThan(10);
  for (const [index, [name]] of genuine[0]!.headers.entries()) {
    if (name === "Date" || name === "Content-Length") continue;
    const shapes = new Set(
      genuine.map(({ headers }) => shapeOf(headers[index]?.[1] ?? "").replaceAll(/[+/]/g, "a")),
    );
    for (const { headers } of lies)
      expect(shapes).toContain(shapeOf(headers[index]?.[1] ?? "").replaceAll(/[+/]/g, "a"));
  }
});

test("a classifier over lengths and characters does no better than chance", () => {
  const template = learned(jsonFailure);
  const genuine = Array.from({ length: 400 }, (_, index) => featuresOf(sample(jsonFailure, index)));
  const lies = Array.from({ length: 400 }, (_, index) => featuresOf(madeUp(template, index)));
  // Nearest neighbour, trained on the first half and asked about the second.
  const scale = genuine[0]!.map((_, at) => Math.max(...genuine.map((row) => row[at]!)) || 1);
  const apart = (one: number[], other: number[]) =>
    one.reduce((sum, value, at) => sum + ((value - other[at]!) / scale[at]!) ** 2, 0);
  const nearest = (row: number[], rows: number[][]) => Math.min(...rows.map((other) => apart(row, other)));
  const isTakenForGenuine = (row: number[]) =>
    nearest(row, genuine.slice(0, 200)) < nearest(row, lies.slice(0, 200));
  const right =
    genuine.slice(200).filter(isTakenForGenuine).length +
    lies.slice(200).filter((row) => !isTakenForGenuine(row)).length;
  expect(right / 400).toBeLessThan(0.6);
});

test("a page keeps its text, repeats what this request submitted, escaped, and makes up its tokens", () => {
  const template = learned(htmlFailure, 8);
  const lie = madeUp(template, 1, `a'b&c"<x>@mail.example`);
  const genuine = htmlFailure("x@y.example");
  expect(lie.body).toContain('name="email" value="a&#39;b&amp;c&quot;&lt;x&gt;@mail.example"');
  expect(lie.body).not.toContain("user1");
  expect(bare(lie.body)).toBe(bare(genuine.body));
  expect(madeUp(template, 2).body).not.toBe(madeUp(template, 3).body);
});

test("nothing that fewer than three accounts got is told to another", () => {
  const names = ["Anna Berger", "Carl Duarte", "Eva Fischer", "Greta Holm", "Ivan Jones", "Kim Lopez"];
  const make = (email: string, at: number): Answer => ({
    headers: [["Content-Type", "application/json"]],
    body: `{"owner":"${names[(at / 1000) % names.length]}","plan":"${at % 2000 === 0 ? "basic" : "gold"}","note":"${at % 31_000 === 0 ? "vip-7788" : "none"}","to":"${email}"}`,
  });
  const samples = new AnswerSamples();
  // Each person came twice, so that a name comes often and yet is one account's.
  for (let index = 0; index < 12; index++) samples.add(sample(make, index, `p${index % 6}@x.example`));
  const text = JSON.stringify(taught(samples).templates);
  for (const secret of [...names.flatMap((name) => name.split(" ")), "vip", "7788", "p1@x"])
    expect(text).not.toContain(secret);
  expect(text).toContain("basic");
});

const planted = (email: string, at: number): Answer => ({
  ...jsonFailure(email, at),
  headers: [["X-Planted", "seen-this"]],
});

test("whoever floods a route from one network pushes out his own answers only", () => {
  const samples = new AnswerSamples();
  for (let index = 0; index < 32; index++) samples.add(sample(jsonFailure, index));
  for (let index = 32; index < 400; index++)
    samples.add({ ...sample(planted, index), network: "flood", client: `session${index}` });
  expect(samples.newest.filter(({ network }) => network === "flood")).toHaveLength(1);
  expect(JSON.stringify(taught(samples).templates)).not.toContain("Planted");
  for (let index = 400; index < 440; index++) samples.add(sample(jsonFailure, index));
  expect(samples.newest.every(({ at }) => at >= start + 399_000)).toBe(true);
});

function marked(text: string): typeof jsonFailure {
  return (email, at) => ({ ...jsonFailure(email, at), headers: [["X-Region", text]] });
}

test("accounts that one or two clients invent are no company: neither a form nor a text of theirs is kept", () => {
  const invented = new AnswerSamples();
  for (let index = 0; index < 20; index++)
    invented.add({ ...sample(planted, index), network: `net${index % 2}` });
  expect(taught(invented).templates).toEqual([]);
  expect(taught(invented).problem).toContain("from 2 of 3 networks");
  const mixed = new AnswerSamples();
  for (let index = 0; index < 24; index++) mixed.add(sample(marked("europe"), index));
  for (let index = 24; index < 32; index++)
    mixed.add({ ...sample(marked("planted"), index), network: `net${index % 2}` });
  expect(JSON.stringify(taught(mixed).templates)).not.toContain("planted");
});

test("too few answers, too few accounts or answers without a common form teach nothing", () => {
  const few = new AnswerSamples();
  for (let index = 0; index < 4; index++) few.add(sample(jsonFailure, index));
  expect(taught(few).problem).toContain("4 of 5 answers");
  const one = new AnswerSamples();
  for (let index = 0; index < 9; index++) one.add(sample(jsonFailure, index, "same@x.example"));
  expect(taught(one).problem).toContain("1 of 3 accounts");
  const differing = new AnswerSamples();
  for (let index = 0; index < 9; index++) differing.add(sample(prose, index));
  expect(taught(differing).problem).toContain("differ too much");
});

test("made-up values stay for the same question, and those of an answer do not", () => {
  const template = learned((email, at) => ({
    ...balance(email, at),
    headers: [...balance(email, at).headers, ["Content-Type", "application/json"]],
  }));
  const [one, again] = [madeUp(template, 5), madeUp(template, 5)];
  expect(JSON.parse(again.body)).toEqual(JSON.parse(one.body));
  expect(JSON.parse(madeUp(template, 6).body).balance).not.toBe(JSON.parse(one.body).balance);
  const asker = {
    submitted: new Map(),
    seeds: { client: "c5", question: "c5 new5@mail5.example", answer: "other" },
  };
  const later = new PieceWriter(asker, "salt", start);
  expect(JSON.parse(later.text(template.body, "body")).balance).toBe(JSON.parse(one.body).balance);
  expect(later.text(template.headers[0]![1], "header.0")).not.toBe(one.headers[0]![1]);
});

test("made-up answers take as long as genuine ones", () => {
  const samples = new AnswerSamples();
  for (let index = 0; index < 512; index++) samples.addLatency(latency());
  const { latencies } = taught(samples);
  const lies = Array.from({ length: 200 }, () => quantileAt(latencies, draw.share()));
  expect(distance(lies, Array.from({ length: 200 }, latency))).toBeLessThan(critical);
});

const challenge = (email: string, at: number): Answer => ({
  headers: [["Content-Type", "application/json"]],
  body: `{"challenge":"${encode({ alg: "RS256", kid: "k1" })}.${encode({ sub: email, jti: randomUUID(), iat: Math.floor(at / 1000), exp: Math.floor(at / 1000) + 300 })}.${randomBytes(64).toString("base64url")}"}`,
});

test("a signed token is made up with claims of its own", () => {
  const lie = JSON.parse(madeUp(learned(challenge), 9).body).challenge as string;
  const claims = JSON.parse(Buffer.from(lie.split(".")[1]!, "base64url").toString());
  expect(claims.sub).toBe("new9@mail2.example");
  expect(claims.exp - claims.iat).toBe(300);
  expect(claims.iat).toBe(Math.floor((start + 9000) / 1000));
  expect(lie.split(".")[2]).toHaveLength(86);
});
