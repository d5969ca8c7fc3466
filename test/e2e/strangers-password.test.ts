/**
 * Nobody can make Sallyport reset a stranger's password. Everything that the attacker sends matches a policy that puts
 * whoever got in at risk and calls the reset hook; he has an account of his own, and tries to have the victim's reset.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const victim = "victim@shop.example";
const mallory = "mallory@shop.example";
const password = "his own";
/** Accounts as the app sees them: letter by letter, so that each spelling is somebody else. */
const registered = new Set([mallory]);
const sessions = new Map<string, string>();
const told: string[] = [];

/** Of a name that is given twice the app takes the last, which is what Sallyport must not be misled by. */
async function fieldsOf(request: Request): Promise<Record<string, string>> {
  const text = await request.text();
  if (text.startsWith("{") || text.startsWith("[")) {
    const parsed = JSON.parse(text) as unknown;
    const list = Array.isArray(parsed) ? parsed : [parsed];
    return Object.assign({}, ...list) as Record<string, string>;
  }
  const fields: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) fields[name] = value;
  return fields;
}

const app = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/hook") {
      told.push(((await request.json()) as { user: string }).user);
      return new Response("done");
    }
    const { email = "", password: given } = await fieldsOf(request);
    if (pathname === "/register") {
      if (email === victim || registered.has(email)) return Response.json({}, { status: 409 });
      registered.add(email);
      return opened(email, 201);
    }
    if (pathname !== "/login") return Response.json({ ok: true });
    return registered.has(email) && given === password
      ? opened(email, 200)
      : Response.json({ outcome: "success" }, { status: 401, headers: { "x-outcome": "login.success" } });
  },
});

function opened(email: string, status: number): Response {
  const sid = `session-of-somebody-${sessions.size}`;
  sessions.set(sid, email);
  return Response.json({}, { status, headers: { "set-cookie": `sid=${sid}; Path=/; HttpOnly` } });
}

const policies = `app shop {
  origin http://127.0.0.1:${app.port}
  case sensitive paths
  route login    POST /login    tagged auth
  route batch    POST /batch    tagged auth
  route register POST /register tagged registration
  route profile  POST /profile  tagged money
  identify username = each body.logins.email | body.email normalise case, alias, dots
  identify session  = cookie sid | response cookie sid
  outcome login at login, batch success status 200 failure status 401
  outcome registration at register success status 201 failure status 409
  at_risk webhook reset { user: account }
}
webhook reset POST "http://127.0.0.1:${app.port}/hook"
policy seen on shop {
  when { header x-tool = stuffer }
  then { label ato  webhook reset { user: account } once per account every 1s }
}
`;

let folder = "";
let sallyport: RunningSallyport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-stranger-"));
  await writeFile(join(folder, "shop.policy"), policies);
  sallyport = await startSallyport({ args: ["--policies", folder, "--allow-webhook-target", "127.0.0.1"] });
});

afterAll(async () => {
  await sallyport.stop();
  await app.stop(true);
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  readonly headers?: Record<string, string>;
  readonly sid?: string;
  readonly method?: string;
}

async function send(path: string, body: string, { headers = {}, sid, method = "POST" }: Sent = {}) {
  const answer = await fetch(`${sallyport.edgeUrl}${path}`, {
    method,
    body,
    redirect: "manual",
    headers: {
      "content-type": body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded",
      "x-tool": "stuffer",
      ...(sid !== undefined && { cookie: `sid=${sid}` }),
      ...headers,
    },
  });
  await answer.arrayBuffer();
  return { status: answer.status, sid: /sid=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1] };
}

const json = (fields: unknown) => JSON.stringify(fields);

/** Whom the hook was called about until a call that comes after all others has come. */
async function toldUntilNow(): Promise<string[]> {
  const last = `last-${told.length}@shop.example`;
  registered.add(last);
  await send("/login", json({ email: last, password }));
  await waitUntil("the last call has come", () => told.includes(last), 20_000);
  // Twice as long as the ledger takes to look for what it finds later.
  await Bun.sleep(2500);
  return told.filter((user) => !user.startsWith("last-"));
}

test("not by signing in without the password, however the attempt is dressed up", async () => {
  for (const fields of [{ email: victim, password: "guess" }, { email: victim }, { email: ` ${victim} ` }])
    expect((await send("/login", json(fields))).status).toBe(401);
  const headers = {
    "x-outcome": "login.success",
    "x-http-method-override": "GET",
    "sallyport-mark": "login.success",
    "x-forwarded-user": victim,
    authorization: `Basic ${btoa(`${victim}:x`)}`,
  };
  await send("/login?status=200&outcome=success", json({ email: victim, status: 200 }), { headers });
  await send("/login/../login", json({ email: victim }));
  expect(await toldUntilNow()).toEqual([]);
});

test("not with a session that is made up, fixed beforehand, or somebody else's", async () => {
  for (const sid of [`session-of-somebody-${sessions.size}`, victim, "session-of-the-victim-himself"]) {
    await send("/profile", json({ email: victim }), { sid });
    // A failed login binds nothing to the session that came with it.
    await send("/login", json({ email: victim, password: "guess" }), { sid });
    await send("/profile", json({ email: victim }), { sid });
  }
  const own = await send("/login", json({ email: mallory, password }));
  expect(own).toMatchObject({ status: 200 });
  await send("/profile", json({ email: victim, account: victim, user: victim }), { sid: own.sid! });
  await send("/login", json({ email: victim, password: "guess" }), { sid: own.sid! });
  await send("/profile", json({ email: victim }), { sid: own.sid! });
  expect([...new Set(await toldUntilNow())]).toEqual([mallory]);
});

test("not by giving two names, of which one gets in and the other is read", async () => {
  const before = told.length;
  const forms = [
    `email=${victim}&email=${mallory}&password=${encodeURIComponent(password)}`,
    `email=${victim}&Email=${mallory}&email=${mallory}&password=${encodeURIComponent(password)}`,
  ];
  for (const form of forms) await send("/login", form);
  await send("/login", `{"email":"${victim}","email":"${mallory}","password":"${password}"}`);
  await send("/login", `{"email":"${victim}","\\u0065mail":"${mallory}","password":"${password}"}`);
  // A batch says of nobody who of it got in, not even where all of it is one name in several spellings.
  await send("/batch", json({ logins: [{ email: victim }, { email: mallory }], email: mallory, password }));
  const spellings = [{ email: "victim+a@shop.example" }, { email: victim }];
  await send("/batch", json({ logins: spellings, email: mallory, password }));
  const users = await toldUntilNow();
  expect(users.slice(before).filter((user) => user !== mallory)).toEqual([]);
  expect(users).not.toContain(victim);
});

test("not by registering under a name that counts as the stranger's and is another to the app", async () => {
  expect((await send("/register", json({ email: victim, password }))).status).toBe(409);
  const lookalikes = [
    "Victim@shop.example",
    "VICTIM@SHOP.EXAMPLE",
    "victim+me@shop.example",
    "v.ictim@shop.example",
    " victim@shop.example",
    "vict\u0130m@shop.example",
    // KELVIN SIGN and others that become plain letters in lower case.
    "\u212Aevin@shop.example",
  ];
  for (const email of lookalikes) {
    const joined = await send("/register", json({ email, password }));
    expect(joined.status).toBe(201);
    await send("/profile", json({ email: victim }), { sid: joined.sid! });
    const own = await send("/login", json({ email, password }));
    expect(own.status).toBe(200);
    await send("/profile", json({}), { sid: own.sid! });
    await Bun.sleep(1100);
    await send("/profile", json({}), { sid: own.sid! });
  }
  const users = await toldUntilNow();
  expect(users).not.toContain(victim);
  expect(users).not.toContain("kevin@shop.example");
  // Whoever was called about got in under exactly this name.
  expect(users.filter((user) => !registered.has(user))).toEqual([]);
  expect(users).toContain("victim+me@shop.example");
}, 60_000);
