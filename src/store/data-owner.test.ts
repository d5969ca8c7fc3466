/** Two processes on one directory are noticed, and the older one knows that it is. */
import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataOwner } from "./data-owner.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-owner-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("who comes second is told of the first, who then knows that it is no longer the latest", () => {
  const first = new DataOwner(folder);
  expect([first.other, first.isLatest()]).toEqual([undefined, true]);
  const second = new DataOwner(folder);
  expect([second.other, second.isLatest(), first.isLatest()]).toEqual([process.pid, true, false]);
  // A later one that has died is no reason to save nothing.
  const note = join(folder, "running.json");
  const written = readFileSync(note, "utf8");
  const dead = Bun.spawnSync([process.execPath, "-e", ""]).pid;
  writeFileSync(note, JSON.stringify({ pid: dead, token: "another" }));
  expect(first.isLatest()).toBe(true);
  writeFileSync(note, written);
  first.release();
  expect(second.isLatest()).toBe(true);
  second.release();
  expect(existsSync(note)).toBe(false);
  // What a process left behind, or wrote in parts, says nothing of one that runs.
  writeFileSync(note, "{");
  const third = new DataOwner(folder);
  expect([third.other, third.isLatest()]).toEqual([undefined, true]);
  third.release();
});
