/** A hostile folder: nothing outside of it is read, and nothing in it can hang whoever reads it. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PolicyFolder } from "./policy-folder.ts";

function withFolder(use: (path: string, folder: PolicyFolder) => void): void {
  const path = mkdtempSync(join(tmpdir(), "policies-"));
  try {
    mkdirSync(join(path, "lists"));
    writeFileSync(join(path, "lists", "office.txt"), "10.9.0.0/24\n");
    writeFileSync(join(path, "a.policy"), "app a { }");
    use(path, new PolicyFolder(path));
  } finally {
    rmSync(path, { recursive: true });
  }
}

test("lists are read from below the folder alone, whatever leads out of it", () => {
  withFolder((path, folder) => {
    symlinkSync("/etc/hostname", join(path, "lists", "linked.txt"));
    symlinkSync("/etc", join(path, "linked"));
    expect(folder.read("lists/office.txt")).toBe("10.9.0.0/24\n");
    const outside = [
      "lists/linked.txt",
      "linked/hostname",
      "../../etc/hostname",
      "/etc/hostname",
      "lists",
      ".",
      "",
    ];
    for (const name of outside) expect([name, folder.read(name)]).toEqual([name, undefined]);
    expect(folder.read("lists/\0office.txt")).toBeUndefined();
  });
});

test("pipes and devices are not read, since they may never end", () => {
  withFolder((path, folder) => {
    Bun.spawnSync(["mkfifo", join(path, "lists", "pipe.txt"), join(path, "pipe.policy")]);
    symlinkSync("/dev/zero", join(path, "lists", "zero.txt"));
    symlinkSync("/dev/zero", join(path, "zero.policy"));
    expect(folder.read("lists/pipe.txt")).toBeUndefined();
    expect(folder.read("lists/zero.txt")).toBeUndefined();
    expect(folder.sources().map(({ name }) => name)).toEqual(["a.policy"]);
    expect(() => folder.text("pipe.policy")).toThrow("is no file");
    expect(() => folder.text("zero.policy")).toThrow("is no file");
  });
});

test("a file of more than a MiB is refused unread", () => {
  withFolder((path, folder) => {
    writeFileSync(join(path, "b.policy"), "#".repeat((1 << 20) + 1));
    expect(() => folder.sources()).toThrow("larger than");
  });
});
