/** The executable alone: no Bun, no repository, no environment, an empty directory. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seededAccount } from "../../src/demo/seeded.ts";
import { signIn } from "../support/console-session.ts";
import { type RunningSallyport, runSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

// Several processes a test, each with a time of its own to start or end.
setDefaultTimeout(60_000);

let folder = "";
let command: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-binary-"));
  const binary = join(folder, "sallyport");
  const build = Bun.spawn([process.execPath, "test/support/build.ts", binary], {
    cwd: resolve(import.meta.dir, "../.."),
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = await Promise.all([build.stdout.text(), build.stderr.text()]);
  if ((await build.exited) !== 0) throw new Error(`the build failed\n${output.join("\n")}`);
  command = ["env", "-i", binary];
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A directory with nothing in it. */
async function emptyFolder(): Promise<string> {
  return await mkdtemp(join(folder, "empty-"));
}

/** Runs `serve` to its end, on free ports unless the arguments name some. */
async function serveInVain(cwd: string, args: string[]) {
  const ports = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
  return await runSallyport({ command, cwd, args: ["serve", ...ports, ...args] });
}

describe("the executable in an empty directory", () => {
  let running: RunningSallyport;
  let dataDir = "";

  beforeAll(async () => {
    dataDir = join(await emptyFolder(), "data");
    running = await startSallyport({ command, dataDir });
  }, 60_000);

  afterAll(async () => {
    await running.stop();
  });

  test("serves the shop through the edge: pages, assets and a sign-in", async () => {
    const home = await fetch(running.edgeUrl);
    expect(home.status).toBe(200);
    expect(await home.text()).toContain("Harbour &amp; Pine");
    expect((await fetch(`${running.edgeUrl}/assets/shop.css`)).status).toBe(200);

    const { email, password } = seededAccount(7);
    const answer = await fetch(`${running.edgeUrl}/login`, {
      method: "POST",
      body: new URLSearchParams({ email, password }),
      redirect: "manual",
    });
    expect(answer.status).toBe(303);
    const cookie = answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    const account = await fetch(`${running.edgeUrl}/account`, { headers: { cookie }, redirect: "manual" });
    expect(account.status).toBe(200);
    expect(await account.text()).toContain(email);
  });

  test("opens the console with the password it printed, and shows the traffic there", async () => {
    await fetch(`${running.edgeUrl}/from-the-binary-test`);
    const session = await signIn(running.consoleUrl, running.password);
    const overview = await session.fetch("/");
    expect(overview.status).toBe(200);
    const html = await overview.text();
    expect(html).toContain("/from-the-binary-test");
    const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(assets.length).toBeGreaterThan(2);
    for (const path of ["/events", "/policies", "/system", ...assets]) {
      expect([path, (await session.fetch(path)).status]).toEqual([path, 200]);
    }
    const events = await session.fetch("/api/v1/events");
    expect(events.status).toBe(200);
    expect(await events.text()).toContain("/from-the-binary-test");
  });

  test("has its policies on disk, and an edit of them decides", async () => {
    expect(running.policiesDir).toBe(join(dataDir, "policies"));
    const names = await readdir(running.policiesDir);
    expect(names.filter((name) => name.endsWith(".policy")).length).toBeGreaterThan(0);

    const page = `${running.edgeUrl}/robots.txt`;
    expect((await fetch(page)).status).toBe(200);
    const edit = join(running.policiesDir, "closed.policy");
    const text =
      'policy closed on everything { mode enforce  when { path = "/robots.txt" }  then { block 403 } }\n';
    await writeFile(edit, text);
    const answers = (wanted: number) => async () => (await fetch(page)).status === wanted;
    await waitUntil("the edit decides", answers(403), 20_000);
    await rm(edit);
    await waitUntil("it is taken back", answers(200), 20_000);
  });

  test("starts again from the stored policies and knows its users", async () => {
    await running.stop();
    running = await startSallyport({ command, dataDir });
    expect(running.welcome).toContain("from the stored form");
    expect(running.password).toBe("");
    expect((await fetch(running.edgeUrl)).status).toBe(200);
  });

  test("leaves no second process on its ports: one clear message and exit code 2", async () => {
    for (const [flag, url] of Object.entries({
      "--listen": running.edgeUrl,
      "--admin": running.consoleUrl,
    })) {
      const { host } = new URL(url);
      const end = await serveInVain(await emptyFolder(), [flag, host]);
      expect(end).toMatchObject({ exitCode: 2, stdout: "" });
      expect(end.stderr).toMatch(new RegExp(`^sallyport: [^\n]*${host}[^\n]*\n$`));
    }
  });

  test("checks policies without serving", async () => {
    const good = await runSallyport({ command, args: ["check", running.policiesDir] });
    expect(good).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(" 0 errors") });

    const broken = join(await emptyFolder(), "broken.policy");
    await writeFile(
      broken,
      'policy broken on everything { mode enforce  when { pth = "/" }  then { block } }\n',
    );
    const bad = await runSallyport({ command, args: ["check", broken] });
    expect(bad.exitCode).toBe(1);
    expect(bad.stdout).toMatch(/error\[[A-Z]\d+\].*`pth`/);
  });
});

describe("what cannot work ends in one clear message and exit code 2", () => {
  test("a flag that does not exist, and one with a value that makes no sense", async () => {
    const cwd = await emptyFolder();
    const unknown = await serveInVain(cwd, ["--lisen", "127.0.0.1:0"]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("--lisen") });
    const senseless = await serveInVain(cwd, ["--listen", "here"]);
    expect(senseless).toMatchObject({ exitCode: 2, stdout: "" });
    expect(senseless.stderr).toMatch(/^sallyport: --listen wants [^\n]*`here`\n$/);
    expect(await readdir(cwd)).toEqual([]);
  });

  test("a data directory that cannot be written", async () => {
    const cwd = await emptyFolder();
    // A file in its way stops root as well, which permissions do not.
    await writeFile(join(cwd, "file"), "");
    const end = await serveInVain(cwd, ["--data", "file/data"]);
    expect(end).toMatchObject({ exitCode: 2, stdout: "" });
    expect(end.stderr).toMatch(/^sallyport: [^\n]*file\/data[^\n]*\n$/);
  });

  test("policies that do not compile at the first start, shown with their place", async () => {
    const cwd = await emptyFolder();
    await mkdir(join(cwd, "mine"));
    await writeFile(join(cwd, "mine/broken.policy"), "policy broken on everything {\n  mode enforc\n}\n");
    const end = await serveInVain(cwd, ["--policies", "mine"]);
    expect(end).toMatchObject({ exitCode: 2, stdout: "" });
    expect(end.stderr).toMatch(/error\[[A-Z]\d+\]/);
    expect(end.stderr).toContain("broken.policy:2:");
    expect(end.stderr).toContain("do not compile");
  });
});
