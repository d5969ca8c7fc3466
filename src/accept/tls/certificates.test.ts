import { afterAll, expect, test } from "bun:test";
import { appendFileSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import { type MadeCertificate, TestCertificates } from "../../../test/support/test-certificates.ts";
import { AppError } from "../../app-error.ts";
import { Certificates } from "./certificates.ts";

const made = new TestCertificates();
const shop = made.selfSigned("shop", ["Shop.example", "*.shop.example", "10.0.0.1"]);
const bank = made.selfSigned("bank", ["bank.example", "shop.example"]);
const nameless = made.selfSigned("old.example", []);
const authority = made.selfSigned("authority", []);
const live: MadeCertificate = { cert: `${made.folder}/live.crt`, key: `${made.folder}/live.key` };
afterAll(() => made.remove());

function put(from: MadeCertificate): void {
  copyFileSync(from.cert, live.cert);
  copyFileSync(from.key, live.key);
}

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.publicMessage}`;
  }
  return "none";
}

test("finds by exact name, by wildcard for one label, and else the first", () => {
  const store = new Certificates({ files: [nameless, shop, bank], pollMs: 0 });
  const found = (name: string | undefined) => store.all.indexOf(store.find(name));
  expect(found("bank.example")).toBe(2);
  expect(found("bank.example.")).toBe(2);
  expect(found("shop.example")).toBe(1);
  expect(found("www.shop.example")).toBe(1);
  expect(found("a.b.shop.example")).toBe(0);
  expect(found(".shop.example")).toBe(0);
  expect(found("*")).toBe(0);
  expect(found("")).toBe(0);
  expect(found("constructor")).toBe(0);
  expect(found(undefined)).toBe(0);
});

test("knows each certificate's names and end", () => {
  const store = new Certificates({ files: [shop, nameless], pollMs: 0 });
  expect(store.all.map(({ names }) => names)).toEqual([
    ["shop.example", "*.shop.example", "10.0.0.1"],
    ["old.example"],
  ]);
  const days = (store.all[0]!.expiresAt - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(1.9);
  expect(days).toBeLessThan(2.1);
});

const open = (cert: string, key: string, ca?: string) => () =>
  new Certificates({
    files: [{ cert, key }],
    pollMs: 0,
    ...(ca !== undefined && { clientCertificates: { ca, isRequired: true } }),
  });

test("says which file cannot be used, without quoting it", () => {
  const broken = `${made.folder}/broken.pem`;
  writeFileSync(broken, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  expect(problemOf(open("/no/such.crt", shop.key))).toBe("bad_option: cannot read /no/such.crt");
  expect(problemOf(open(shop.cert, "/no/such.key"))).toBe("bad_option: cannot read /no/such.key");
  expect(problemOf(open(broken, shop.key))).toBe(`bad_option: ${broken} holds no usable PEM`);
  expect(problemOf(open(shop.cert, broken))).toBe(`bad_option: ${broken} holds no usable PEM`);
  expect(problemOf(open(shop.cert, bank.key))).toBe(
    `bad_option: the key in ${bank.key} is not that of the certificate in ${shop.cert}`,
  );
  expect(problemOf(open(shop.cert, shop.key, "/no/ca.crt"))).toBe("bad_option: cannot read /no/ca.crt");
  expect(problemOf(open(shop.cert, shop.key, authority.cert))).toBe("none");
  expect(problemOf(() => new Certificates({ files: [], pollMs: 0 }))).toStartWith("bad_option");
});

test("reads changed files by itself", async () => {
  put(shop);
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const store = new Certificates({ files: [live], pollMs: 20, onReload: resolve });
  const before = store.find(undefined);
  put(bank);
  expect(await promise).toEqual(["bank.example", "shop.example"]);
  expect(store.find("bank.example")).not.toBe(before);
  store.close();
});

test("keeps the old certificate while the new files are broken, says so once, and takes them when they are whole", () => {
  put(shop);
  const problems: string[] = [];
  const store = new Certificates({
    files: [live],
    pollMs: 0,
    onProblem: (message) => problems.push(message),
  });
  const before = store.find(undefined);
  copyFileSync(bank.cert, live.cert);
  store.refresh();
  store.refresh();
  expect(store.find(undefined)).toBe(before);
  expect(problems).toEqual([`the key in ${live.key} is not that of the certificate in ${live.cert}`]);
  rmSync(live.key);
  store.refresh();
  expect(problems).toHaveLength(2);
  copyFileSync(bank.key, live.key);
  store.refresh();
  expect(store.find(undefined).names).toEqual(["bank.example", "shop.example"]);
  expect(problems).toHaveLength(2);
});

test("unchanged files keep their context, and with it their sessions", () => {
  put(shop);
  const store = new Certificates({ files: [live], pollMs: 0 });
  const before = store.find(undefined);
  store.refresh();
  expect(store.find(undefined)).toBe(before);
  appendFileSync(live.cert, "\n");
  store.refresh();
  expect(store.find(undefined)).not.toBe(before);
});

test("says at the start and once a day which certificates end soon or are over", () => {
  const told: string[] = [];
  const store = new Certificates({ files: [shop], pollMs: 0, onExpiry: (message) => told.push(message) });
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(`${shop.cert} ends on`);
  store.refresh();
  expect(told).toHaveLength(1);
  store.refresh(Date.now() + 3 * 86_400_000);
  expect(told[1]).toContain("is over since");
});
