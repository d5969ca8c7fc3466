import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dropOutbox, listOutbox, resendOutbox } from "./outbox.ts";
import { openStore } from "./store/open-store.ts";

const data = mkdtempSync(join(tmpdir(), "sallyport-outbox-"));

beforeAll(async () => {
  const store = await openStore({ dataDir: data });
  const ids = ["msg_a", "msg_b", "msg_c"];
  await store.commands.commit({
    calls: ids.map((id) => ({
      id,
      target: "webhook reset",
      policy: "p",
      app: "shop",
      event: 1,
      body: new Uint8Array(1),
      once: undefined,
    })),
    alerts: [],
  });
  await store.commands.settleDeliveries(
    ids.slice(0, 2).map((id) => ({
      id,
      attempts: 0,
      state: "dead",
      nextAt: 0,
      status: 500,
      problem: "it answered 500",
      told: undefined,
    })),
  );
  await store.close();
});

afterAll(() => rmSync(data, { recursive: true }));

test("deliveries are listed with how they went, sent again and given up, by name or all dead ones", async () => {
  const all = await listOutbox({ data });
  expect(all).toStartWith("1 pending, 0 delivered, 2 dead, 0 dropped\n");
  expect(all).toContain("msg_a  webhook reset  by p  0 tries  it answered 500");
  expect((await listOutbox({ data, state: "pending" })).split("\n").length).toBe(2);
  expect(await resendOutbox(data, ["msg_a", "msg_c"], false)).toBe("1 will be sent again");
  expect(await dropOutbox(data, [], true)).toBe("1 were dropped");
  const { counts } = JSON.parse(await listOutbox({ data, json: true })) as { counts: unknown };
  expect(counts).toEqual({ pending: 2, delivered: 0, dead: 0, dropped: 1 });
});

test("neither names nor all, both of them, and an unknown state are refused in words", () => {
  expect(resendOutbox(data, [], false)).rejects.toThrow("name deliveries, or say --all-dead");
  expect(dropOutbox(data, ["msg_a"], true)).rejects.toThrow("name deliveries, or say --all-dead");
  expect(listOutbox({ data, state: "lost" })).rejects.toThrow("--state wants pending");
});
