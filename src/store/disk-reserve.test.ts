import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskReserve } from "./disk-reserve.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-reserve-"));
const path = join(folder, "reserve");
const reserve = new DiskReserve(join(folder, "sallyport.db"));
afterAll(() => rmSync(folder, { recursive: true }));

const full = () => Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

test("what people do on a full disk is tried again with a share of the reserve, everything else fails as before", () => {
  reserve.keep();
  const { size, blocks } = statSync(path);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
  let tries = 0;
  const twice = reserve.over((name: string) => {
    if (++tries === 1) throw new Error("Failed query", { cause: full() });
    return name;
  });
  expect(twice("panic")).toBe("panic");
  expect(statSync(path).size).toBe(size - 262_144);
  const locked = reserve.over(() => {
    throw Object.assign(new Error("locked"), { code: "SQLITE_BUSY" });
  });
  expect(locked).toThrow("locked");
  expect(statSync(path).size).toBe(size - 262_144);
  reserve.keep();
  expect(statSync(path).size).toBe(size);
});

test("without a reserve the failure is told once", () => {
  writeFileSync(path, "");
  let tries = 0;
  const never = reserve.over(() => {
    tries++;
    throw full();
  });
  expect(never).toThrow("disk is full");
  expect(tries).toBe(1);
});
