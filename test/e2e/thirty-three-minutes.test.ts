/**
 * The story that the product is built for: an app that nobody protects is under attack; it is routed through Sallyport, tagged,
 * covered by what is there, and the policy follows when the attacker retools. Printed is the machine's share of the time.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seededAccount } from "../../src/demo/seeded.ts";
import { type RunningShop, startShop } from "../../src/demo/shop.ts";
import { AddressPools } from "../range/address-pools.ts";
import { type Software, script, shopApp } from "../range/client-software.ts";
import { Dice } from "../range/seeded-dice.ts";
import { WireClient } from "../range/wire-client.ts";
import { readEvents } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(90_000);

const dice = new Dice("thirty-three minutes");
const tool = script("requests", "okhttp/4.12.0");
const app = shopApp("7.4.1", dice);
let folder = "";
let policies = "";
let shop: RunningShop;
let sallyport: RunningSallyport;
let session: ConsoleSession;
let pools: AddressPools;
let next = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-story-"));
  policies = join(folder, "policies");
  await cp(resolve(import.meta.dir, "../../policies"), policies, { recursive: true });
  // Another app has been there for long; the one of the story is not known yet.
  const known = join(policies, "shop.policy");
  await writeFile(known, (await Bun.file(known).text()).replace(/^ {2}hosts +\*$/m, "  hosts other.example"));
  shop = await startShop({ database: join(folder, "shop.sqlite"), internalToken: "story" });
  sallyport = await startSallyport({
    args: ["--policies", policies, "--proxy-protocol", "127.0.0.0/8", "--origin", shop.url],
  });
  session = await signIn(sallyport.consoleUrl, sallyport.password);
  pools = await AddressPools.read();
});

afterAll(async () => {
  await sallyport.stop();
  await shop.stop();
  await rm(folder, { recursive: true, force: true });
});

function appPolicy(tag: string): string {
  return `app pocket {
  tags    mobile
  hosts   shop.example
  route   login POST /api/v1/session ${tag}
  identify username = body.email
  identify password = body.password
  identify session  = header authorization | response body.access_token
  outcome login
    success status 200
    failure status 401
}
`;
}

/** Signs in from an address as some software does; gives the answer's status. */
async function attempt(address: string, software: Software, isValid = false): Promise<number> {
  const victim = seededAccount(2000 + (next++ % 500));
  const password = isValid ? victim.password : `guess-${next}`;
  return logIn(address, software, { email: victim.email, password });
}

async function logIn(address: string, software: Software, account: object): Promise<number> {
  const body = JSON.stringify(account);
  const client = new WireClient(Number(new URL(sallyport.edgeUrl).port), address);
  const path = "/api/v1/session";
  const headers = software.headers({ kind: "send", method: "POST", path, body, cookies: [] });
  const answer = await client.send({ method: "POST", path, headers, body });
  client.close();
  return answer?.status ?? 0;
}

/** Goes on attacking until an attempt is answered like this; as in life nobody tells when a file has been taken up. */
async function attackUntil(status: number, addresses: readonly string[]): Promise<void> {
  await waitUntil(
    `an attempt is answered with ${status}`,
    async () => (await attempt(addresses[next % addresses.length]!, tool)) === status,
    20_000,
  );
}

test("an attack on an app that nobody protects is stopped within a minute of the machine's time, and again when it retools", async () => {
  const victim = seededAccount(1999);
  const direct = await fetch(`${shop.url}/api/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: victim.email, password: victim.password }),
  });
  // Unprotected, a right pair is learnt.
  expect(direct.status).toBe(200);

  const started = performance.now();
  const times: string[] = [];
  const note = (what: string) => times.push(`${what} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  const bulletproof = pools.addresses("bulletproof", 8, dice.fork("bulletproof"));

  // Routed: the app is declared, and nothing stops anything yet.
  await writeFile(join(policies, "pocket.policy"), appPolicy(""));
  await waitUntil(
    "the app is there",
    async () => {
      await attempt(bulletproof[0]!, tool);
      const events = await readEvents(session, { app: "pocket" });
      return events.length > 0;
    },
    20_000,
  );
  expect(await attempt(bulletproof[1]!, tool, true)).toBe(200);
  note("routed");

  // The console shows where it comes from.
  const events = await readEvents(session, { app: "pocket" });
  expect(events.some(({ networkClass }) => networkClass === "bulletproof")).toBe(true);
  note("seen");

  // Tagged: the policy on bad infrastructure covers it.
  await writeFile(join(policies, "pocket.policy"), appPolicy("tagged auth"));
  await attackUntil(403, bulletproof);
  note("first block");
  const firstBlock = performance.now() - started;
  expect(await attempt(bulletproof[2]!, tool, true)).toBe(403);

  // The attacker moves to clean addresses of people's homes, and is let through again.
  const homes = pools.addresses("residential", 40, dice.fork("homes"));
  expect(await attempt(homes[0]!, tool)).toBe(401);
  expect(await attempt(homes[1]!, tool, true)).toBe(200);
  note("retooled");

  // What he sends is not what the app sends. Its status tells this policy from those that count.
  await writeFile(
    join(policies, "pocket-campaign.policy"),
    `fingerprint pocket_campaign {
  +40 headers.order starts [host, user-agent, accept-encoding]
  +30 header x-app-version missing
  match at 70
}

policy pocket_campaign on pocket.login {
  mode enforce  priority 950
  reason "the campaign of today: says that it is our app, and sends nothing like it"
  when { pocket_campaign }
  then { block 451  label ato }
}
`,
  );
  await waitUntil("the campaign is stopped", async () => (await attempt(homes[2]!, tool)) === 451, 20_000);
  note("fingerprint live");
  for (const home of homes.slice(3, 20)) expect(await attempt(home, tool, true)).toBe(451);

  // Customers sign in all the while, from homes that the attacker uses too.
  for (const [nth, home] of homes.slice(3, 12).entries())
    expect(await logIn(home, app, seededAccount(nth))).toBe(200);

  // Events are stored a moment later.
  await waitUntil("the stops are in the console", async () => {
    const stopped = await readEvents(session, { app: "pocket", policy: "pocket_campaign" });
    return stopped.length > 10;
  });
  const total = performance.now() - started;
  console.log(`thirty-three minutes: ${times.join(", ")}`);
  expect(firstBlock).toBeLessThan(60_000);
  expect(total).toBeLessThan(60_000);
});
