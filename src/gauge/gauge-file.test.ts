import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaugeFile } from "./gauge-file.ts";
import { GaugeStore } from "./gauge-store.ts";

const seed = new Uint8Array(8).fill(7);
const spec = { id: "a", name: "tries", kind: "count", windowMs: 600_000 } as const;
const now = 1_800_000_000_000;

test("counts go on over a restart; a damaged file is told and costs nothing but the counts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gauges-"));
  const path = join(folder, "gauges.bin");
  const store = new GaugeStore({ maxBytes: 1 << 23, seed });
  const gauge = store.open(spec);
  for (let index = 0; index < 9; index++) gauge.observe("key", "", now);
  expect(await new GaugeFile(path, store).restore(now)).toBeUndefined();
  await new GaugeFile(path, store).save(now);
  expect(statSync(path).mode & 0o777).toBe(0o600);

  const next = new GaugeStore({ maxBytes: 1 << 23, seed });
  expect(await new GaugeFile(path, next).restore(now + 1000)).toBeUndefined();
  expect(next.open(spec).read("key", now + 1000)).toBe(9);

  writeFileSync(path, "rubbish");
  const last = new GaugeStore({ maxBytes: 1 << 23, seed });
  expect(await new GaugeFile(path, last).restore(now)).toBe("not_a_snapshot");
  expect(last.open(spec).read("key", now)).toBe(0);
  rmSync(folder, { recursive: true });
});

test("a disk that will not have the file leaves no half of it and says so", async () => {
  const store = new GaugeStore({ maxBytes: 1 << 23, seed });
  store.open(spec).observe("key", "", now);
  const path = "/nonexistent-folder/gauges.bin";
  const saved = await new GaugeFile(path, store).save(now).then(
    () => "saved",
    () => "failed",
  );
  expect(saved).toBe("failed");
  expect(existsSync(`${path}.new`)).toBe(false);
});
