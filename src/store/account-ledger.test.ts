import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { accountCommands } from "./account-commands.ts";
import { AccountLedger } from "./account-ledger.ts";
import { accountPage, accountStory } from "./account-queries.ts";
import type { AttackMatch, Deed, LedgerRemark, SignIn, SignInUse, SoftwareName } from "./account-rows.ts";
import { findRemains } from "./erase-account.ts";
import { type EventRow, eventIdsPerMs } from "./event-row.ts";
import { EventWriter } from "./event-writer.ts";
import { migrate } from "./migrate.ts";
import { outboxCommands } from "./outbox-commands.ts";
import { sampleEvent } from "./sample-event.ts";

const attack: AttackMatch = { policy: "stuffing", isInForce: true, reason: "ip.asn in bad_asn (9009)" };
const hashOf = (index: number) => index.toString(16).padStart(32, "0");
const start = Date.now() - 3_600_000;
const eventAt = (index: number) => (start + index) * eventIdsPerMs;

function opened() {
  const database = new Database(":memory:", { strict: true });
  database.run("PRAGMA foreign_keys = ON");
  migrate(database, ":memory:");
  const ledger = new AccountLedger(database);
  return {
    database,
    ledger,
    events: new EventWriter(database, { ledger }),
    accounts: accountCommands(database, ledger),
    outbox: outboxCommands(database),
  };
}

function login(index: number, more: Partial<EventRow>, remark?: LedgerRemark): EventRow {
  return {
    ...sampleEvent(),
    id: eventAt(index),
    app: "shop",
    route: "login",
    ip: "192.0.2.9",
    asn: 9009,
    skeleton: "s1:1111111111111111",
    stack: "t1:1111111111111111",
    accountHash: hashOf(index),
    decision: "forward",
    status: 401,
    outcome: "login.failure",
    receipt: remark && JSON.stringify({ labels: [], matches: [{ policy: "stuffing" }], ledger: remark }),
    ...more,
  };
}

function signIn(index: number, more: Partial<SignIn> = {}): SignIn {
  return {
    event: eventAt(index),
    app: "shop",
    account: hashOf(index),
    ip: "192.0.2.9",
    asn: 9009,
    skeleton: "s1:1111111111111111",
    stack: "t1:1111111111111111",
    call: { id: `msg_${index}`, target: "webhook reset", body: new Uint8Array([1]) },
    clusters: [],
    isNewPlace: true,
    isShared: false,
    attack: undefined,
    alert: undefined,
    ...more,
  };
}

const queued = (database: Database) =>
  database
    .query<{ id: string }, []>("SELECT id FROM outbox ORDER BY id")
    .all()
    .map(({ id }) => id);

test("a sign-in within an attack is at risk and told once, whatever is kept again or signs in after it", () => {
  const { database, accounts } = opened();
  expect(accounts.keepSignIns([signIn(1, { attack })])).toBe(1);
  expect(accounts.keepSignIns([signIn(1, { attack })])).toBe(0);
  const again = signIn(2, { attack, account: hashOf(1) });
  expect(accounts.keepSignIns([again])).toBe(0);
  expect(queued(database)).toEqual(["msg_1"]);
  const { accounts: entries } = accountPage(database, {}, undefined, 10);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ state: "at_risk", signIns: 2, call: "msg_1", riskPolicy: "stuffing" });
});

test("policies in shadow put accounts at risk and tell nobody, until one in force convicts", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns([signIn(1, { attack: { ...attack, isInForce: false } })]);
  expect(queued(database)).toEqual([]);
  expect(accountPage(database, { state: "open" }, undefined, 10).accounts).toHaveLength(1);
  accounts.keepSignIns([signIn(2, { attack, account: hashOf(1) })]);
  expect(queued(database)).toEqual(["msg_2"]);
});

test("sign-ins that came before anybody minded are found once their address is convicted, and told", () => {
  const { database, events, accounts } = opened();
  accounts.keepSignIns([signIn(1), signIn(2, { ip: "198.51.100.7", skeleton: "s1:2222222222222222" })]);
  events.write(Array.from({ length: 20 }, (_, index) => login(10 + index, {})));
  expect(accounts.searchLedger([])).toBe(0);
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 20 }, (_, index) => login(40 + index, stopped, { attack })));
  expect(accounts.searchLedger([])).toBe(1);
  expect(queued(database)).toEqual(["msg_1"]);
  const [found] = accountPage(database, { state: "open" }, undefined, 10).accounts;
  expect(found).toMatchObject({ hash: hashOf(1), isFoundLater: true });
  expect(found?.riskReason).toContain("192.0.2.9");
  expect(accountPage(database, { state: "tried" }, undefined, 100).counts.tried).toBe(20);
});

const conviction = {
  cluster: 77,
  isWide: false,
  attack,
  since: start,
  until: start + 3_600_000,
  software: [] as SoftwareName[],
  mostFound: 10,
};

test("sign-ins are found under the key by which a policy convicts them, once, and none from before it holds", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns([
    signIn(1, { clusters: [77, 78] }),
    signIn(2, { clusters: [78] }),
    signIn(-1, { clusters: [77], account: hashOf(3), call: undefined }),
  ]);
  expect(accounts.searchLedger([conviction])).toBe(1);
  expect(accounts.searchLedger([conviction])).toBe(0);
  expect(queued(database)).toEqual(["msg_1"]);
  const [found] = accountPage(database, { state: "open" }, undefined, 10).accounts;
  expect(found).toMatchObject({ hash: hashOf(1), isFoundLater: true, riskPolicy: "stuffing" });
  expect(found?.riskReason).toContain("before stuffing knew");
  const left = database.query<{ n: number }, []>("SELECT count(*) AS n FROM signin_cluster").get()?.n;
  expect(left).toBe(2);
});

test("where people use the same software, only those are convicted by a key who left at once", () => {
  const { database, accounts } = opened();
  const shared = { clusters: [77], isShared: true };
  accounts.keepSignIns([1, 2, 3].map((index) => signIn(index, shared)));
  expect(accounts.searchLedger([conviction])).toBe(0);
  const uses = [
    { event: eventAt(1), wentOn: true, isShared: true },
    { event: eventAt(2), wentOn: false, isShared: true },
  ];
  expect(accounts.searchLedger([], { uses })).toBe(0);
  // Looked for again, without anything new being convicted.
  expect(accounts.searchLedger([conviction])).toBe(1);
  expect(queued(database)).toEqual(["msg_2"]);
});

test("software that turns out to be people's after the sign-in was kept convicts nobody by itself either", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns([signIn(1, { clusters: [77] }), signIn(2, { clusters: [77], stack: "t1:2" })]);
  const { app, skeleton, stack } = { ...signIn(1) };
  expect(accounts.searchLedger([conviction], { shared: [{ app, skeleton, stack }] })).toBe(1);
  expect(queued(database)).toEqual(["msg_2"]);
});

test("what people may have, too, convicts only those who left at once", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns([signIn(1, { clusters: [77] }), signIn(2, { clusters: [77] })]);
  const wide = { ...conviction, isWide: true };
  expect(accounts.searchLedger([wide])).toBe(0);
  expect(
    accounts.searchLedger([wide], { uses: [{ event: eventAt(2), wentOn: false, isShared: false }] }),
  ).toBe(1);
  expect(queued(database)).toEqual(["msg_2"]);
});

const software = { app: "shop", skeleton: "s1:1111111111111111", stack: "t1:1111111111111111" };
const withSoftware = { ...conviction, software: [software] };

/** Sign-ins with the convicted software, and whether each went on. */
function used(
  { accounts }: Pick<ReturnType<typeof opened>, "accounts">,
  from: number,
  wentOn: readonly boolean[],
  more: Partial<SignIn> = {},
): SignInUse[] {
  accounts.keepSignIns(wentOn.map((_, nth) => signIn(from + nth, { isShared: true, ...more })));
  return wentOn.map((does, nth) => ({ event: eventAt(from + nth), wentOn: does, isShared: true }));
}

test("whoever left at once with convicted software is found, though no policy would have minded him", () => {
  const store = opened();
  const uses = [
    ...used(store, 1, [false, false, true]),
    ...used(store, 10, [false], { isNewPlace: false }),
    ...used(store, 20, [false], { skeleton: "s1:2222222222222222" }),
    ...used(store, 4_000_000, [false]),
  ];
  expect(store.accounts.searchLedger([withSoftware], { uses })).toBe(2);
  expect(queued(store.database)).toEqual(["msg_1", "msg_2"]);
  const [found] = accountPage(store.database, { state: "open" }, undefined, 10).accounts;
  expect(found?.riskReason).toContain("left at once");
});

test("where people often leave at once, leaving convicts nobody", () => {
  const store = opened();
  const yesterday = -3_600_000;
  const uses = [
    ...used(
      store,
      yesterday,
      Array.from({ length: 30 }, (_, nth) => nth % 3 > 0),
    ),
    ...used(
      store,
      1,
      Array.from({ length: 12 }, (_, nth) => nth % 3 > 0),
    ),
  ];
  expect(store.accounts.searchLedger([withSoftware], { uses })).toBe(0);
});

test("where few leave usually, many who do are an attack's", () => {
  const store = opened();
  const uses = [
    ...used(
      store,
      -3_600_000,
      Array.from({ length: 30 }, () => true),
    ),
    ...used(
      store,
      1,
      Array.from({ length: 12 }, (_, nth) => nth % 3 > 0),
    ),
  ];
  expect(store.accounts.searchLedger([withSoftware], { uses })).toBe(4);
});

const emptied: AttackMatch = { policy: "emptied", isInForce: true, reason: "spends_at_once (true)" };
const deedOf = (index: number, more: Partial<Deed> = {}): Deed => ({
  app: "shop",
  account: hashOf(index),
  ip: "192.0.2.9",
  attack: emptied,
  ...more,
});

test("who did what was stopped in a session is found by it, and nobody who came from elsewhere", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns([
    signIn(1, { isShared: true }),
    signIn(2, { ip: "198.51.100.7" }),
    signIn(3, { account: hashOf(1), event: eventAt(3), ip: "198.51.100.7" }),
  ]);
  expect(accounts.searchLedger([], { deeds: [deedOf(1), deedOf(2), deedOf(3)] })).toBe(1);
  expect(accounts.searchLedger([], { deeds: [deedOf(1)] })).toBe(0);
  expect(queued(database)).toEqual(["msg_1"]);
  const [found] = accountPage(database, { state: "open" }, undefined, 10).accounts;
  expect(found).toMatchObject({ hash: hashOf(1), isFoundLater: true, riskPolicy: "emptied" });
});

test("after five of them, whoever left at once with the same software belongs to them, wherever he came from", () => {
  const store = opened();
  const { database, accounts } = store;
  const lately = 3_000_000;
  const uses = used(store, lately + 1, [false, false, true], { ip: "198.51.100.7" });
  const doers = [11, 12, 13, 14, 15].map((nth) => lately + nth);
  accounts.keepSignIns(doers.map((index) => signIn(index, { isShared: true })));
  expect(accounts.searchLedger([], { uses, deeds: doers.slice(0, 4).map((index) => deedOf(index)) })).toBe(4);
  expect(accounts.searchLedger([], { deeds: [deedOf(lately + 15)] })).toBe(1);
  expect(accounts.searchLedger([], { uses })).toBe(2);
  const found = [lately + 1, lately + 2, ...doers].map((index) => `msg_${index}`);
  expect(queued(database)).toEqual(found.toSorted());
});

test("where more got in than a policy stopped, nobody is called until it has stopped more", () => {
  const { database, accounts } = opened();
  accounts.keepSignIns(Array.from({ length: 11 }, (_, index) => signIn(index, { clusters: [77] })));
  expect(accounts.searchLedger([conviction])).toBe(0);
  expect(queued(database)).toEqual([]);
  expect(accounts.searchLedger([{ ...conviction, mostFound: 12 }])).toBe(11);
});

test("an address that people share is not convicted of what one of them does", () => {
  const { database, events, accounts } = opened();
  accounts.keepSignIns(Array.from({ length: 40 }, (_, index) => signIn(index)));
  const success = { outcome: "login.success", status: 303 };
  events.write(Array.from({ length: 40 }, (_, index) => login(index, success)));
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 20 }, (_, index) => login(60 + index, stopped, { attack })));
  expect(accounts.searchLedger([])).toBe(0);
  expect(queued(database)).toEqual([]);
});

test("other software behind a convicted address belongs to other people", () => {
  const { database, events, accounts } = opened();
  accounts.keepSignIns([signIn(1), signIn(2, { account: hashOf(2), skeleton: "s1:2222222222222222" })]);
  events.write(Array.from({ length: 20 }, (_, index) => login(10 + index, {})));
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 200 }, (_, index) => login(40 + index, stopped, { attack })));
  expect(accounts.searchLedger([])).toBe(1);
  expect(queued(database)).toEqual(["msg_1"]);
});

test("whoever left at once at a convicted address is the attacker, whatever software he shows", () => {
  const { database, events, accounts, ledger } = opened();
  const other = { skeleton: "s1:2222222222222222" };
  accounts.keepSignIns([1, 2].map((index) => signIn(index, other)));
  accounts.keepSignIns([
    signIn(3, { ...other, isNewPlace: false }),
    signIn(4, { ...other, ip: "198.51.100.7" }),
  ]);
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 20 }, (_, index) => login(40 + index, stopped, { attack })));
  const uses = [1, 2, 3, 4].map((nth) => ({ event: eventAt(nth), wentOn: nth === 2, isShared: false }));
  const now = Date.now();
  expect(ledger.search(now, [])).toBe(0);
  expect(ledger.search(now + 1000, [], { uses })).toBe(0);
  expect(ledger.search(now + 2000, [])).toBe(1);
  expect(queued(database)).toEqual(["msg_1"]);
});

const buy = (index: number, amount: number) =>
  login(
    index,
    { accountHash: hashOf(1), route: "redeem", outcome: "redeem.success", status: 200 },
    { amount },
  );

const from = (index: number) => ({ ip: `198.51.100.${index}` });

test("software that customers use too is not convicted of what an attacker does with it", () => {
  const { database, events, accounts } = opened();
  accounts.keepSignIns(Array.from({ length: 30 }, (_, index) => signIn(index, from(index))));
  const success = { outcome: "login.success", status: 303 };
  events.write(Array.from({ length: 30 }, (_, index) => login(index, { ...success, ...from(index) })));
  events.write(Array.from({ length: 40 }, (_, index) => login(100 + index, {})));
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 900 }, (_, index) => login(200 + index, stopped, { attack })));
  expect(accounts.searchLedger([])).toBe(0);
  expect(queued(database)).toEqual([]);
});

test("what an account at risk does afterwards is summed, also what it did before it was found", () => {
  const { database, events, accounts } = opened();
  accounts.keepSignIns([signIn(1)]);
  events.write([buy(2, 50)]);
  const stopped = { decision: "block", outcome: "login.stopped", status: 429 } as const;
  events.write(Array.from({ length: 20 }, (_, index) => login(40 + index, stopped, { attack })));
  accounts.searchLedger([]);
  events.write([buy(70, 25.5), { ...buy(71, 1000), decision: "block", status: 403 }]);
  const [entry] = accountPage(database, { state: "open" }, undefined, 10).accounts;
  expect(entry?.amount).toBe(75.5);
  expect(accountStory(database, entry?.id ?? 0)?.actions).toMatchObject([
    { route: "redeem", times: 3, stopped: 1, succeeded: 2, amount: 75.5 },
  ]);
});

test("a delivered call makes it told, the receiver's word acknowledged, a person's word recovered", () => {
  const { database, accounts, outbox } = opened();
  accounts.keepSignIns([signIn(1, { attack })]);
  const [delivery] = outbox.claimDeliveries({ byTarget: {}, others: 5, most: 5, leaseMs: 1000 }).deliveries;
  const stateNow = () => accountPage(database, {}, undefined, 10).accounts[0];
  const end = { id: "msg_1", attempts: delivery?.attempts ?? 0, nextAt: 0, status: 200 } as const;
  outbox.settleDeliveries([{ ...end, state: "delivered", problem: undefined, told: undefined }]);
  expect(stateNow()?.state).toBe("told");
  outbox.acknowledge({ id: "msg_1", text: "reset", at: Date.now() });
  expect(stateNow()?.state).toBe("acknowledged");
  const verdict = { id: stateNow()?.id ?? 0, state: "recovered", who: "ann", reason: "called him" } as const;
  expect(accounts.judgeAccount(verdict)).toBe(true);
  expect(stateNow()?.state).toBe("recovered");
  // What was settled is not opened again by a sign-in of before.
  accounts.keepSignIns([signIn(5, { attack, account: hashOf(1) })]);
  expect(stateNow()?.state).toBe("recovered");
  const later = Date.now() + 1000;
  accounts.keepSignIns([signIn(6, { attack, account: hashOf(1), event: later * eventIdsPerMs })]);
  expect(stateNow()).toMatchObject({ state: "at_risk", call: "msg_6" });
  expect(accountStory(database, verdict.id)?.notes.map(({ what }) => what)).toEqual([
    "at_risk",
    "told",
    "acknowledged",
    "recovered",
    "at_risk",
  ]);
});

test("sources of an account are bounded, and what does not fit is still counted", () => {
  const { database, events } = opened();
  const rows = Array.from({ length: 200 }, (_, index) =>
    login(index, { accountHash: hashOf(7), ip: `192.0.2.${index}` }, { attack }),
  );
  for (let at = 0; at < rows.length; at += 10) events.write(rows.slice(at, at + 10));
  const [entry] = accountPage(database, { state: "tried" }, undefined, 10).accounts;
  const sources = database.query<{ attempts: number }, []>("SELECT attempts FROM account_source").all();
  expect(entry?.attempts).toBe(200);
  expect(sources.length).toBeLessThanOrEqual(17);
  expect(sources.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(200);
});

test("an erased account is found nowhere any more", () => {
  const { database, events, accounts } = opened();
  events.write([login(1, { outcome: "login.success" }, { attack })]);
  accounts.keepSignIns([signIn(1, { attack }), signIn(2, { account: hashOf(1) })]);
  accounts.release({
    kind: "account",
    key: hashOf(1),
    since: 0,
    until: Date.now() + 60_000,
    who: "a",
    reason: "r",
  });
  expect(Object.keys(findRemains(database, hashOf(1)))).toEqual([
    "event",
    "account",
    "account_signin",
    "release",
    "audit",
  ]);
  const report = accounts.eraseAccount({ hash: hashOf(1), name: undefined, who: "a" });
  expect(report["events that named it"]).toBe(1);
  expect(report["calls in the outbox"]).toBe(1);
  expect(findRemains(database, hashOf(1))).toEqual({});
});
