/** Switches from the command line: audited, named, and refused where they would do nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "./store/open-store.ts";
import { switchEnforcement } from "./switch.ts";

const dataDir = mkdtempSync(join(tmpdir(), "switch-"));
beforeAll(async () => {
  const store = await openStore({ dataDir });
  const ir = { policies: [{ name: "stuffing" }], apps: [{ name: "bank" }] };
  await store.commands.saveRevision({ hash: "h", irVersion: 1, ir, files: [], note: "first" });
  await store.close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const panic = { kind: "panic", name: "", isOff: true, reason: "customers call", for: undefined } as const;
const refusal = (request: Parameters<typeof switchEnforcement>[0], where = dataDir) =>
  switchEnforcement(request, where).then(
    () => "done",
    (error: Error) => error.message,
  );

test("panic, a policy and an app are kept until they are switched on, with who and why", async () => {
  expect(await switchEnforcement({ ...panic, for: "2h" }, dataDir)).toContain(
    "enforcement is in shadow until 20",
  );
  await switchEnforcement({ ...panic, kind: "policy", name: "stuffing" }, dataDir);
  await switchEnforcement({ ...panic, kind: "app", name: "bank" }, dataDir);
  const store = await openStore({ dataDir });
  const off = store.boot.switches();
  const log = await store.reader.auditLog(3);
  await store.close();
  expect(off.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["panic ", "app bank", "policy stuffing"]);
  expect((off[0]?.until ?? 0) - (off[0]?.since ?? 0)).toBe(7_200_000);
  expect(log.map(({ action }) => action)).toEqual(["switch.app.off", "switch.policy.off", "panic.on"]);
  expect(log[0]?.detail).toContain("customers call");
  expect(await switchEnforcement({ ...panic, isOff: false, reason: undefined }, dataDir)).toContain(
    "on again",
  );
  expect(await switchEnforcement({ ...panic, isOff: false, reason: undefined }, dataDir)).toContain(
    "not switched off",
  );
});

test("what would do nothing, or cannot be explained later, is refused", async () => {
  expect(await refusal({ ...panic, reason: " " })).toContain("say why");
  expect(await refusal({ ...panic, kind: "policy", name: "stufing" })).toContain("no policy `stufing`");
  expect(await refusal({ ...panic, for: "1 hour" })).toContain("no time");
  expect(await refusal({ ...panic, for: "0m" })).toContain("no time");
  expect(await refusal(panic, join(dataDir, "elsewhere"))).toContain("no database");
});
