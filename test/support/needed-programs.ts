/** The programs beyond npm packages that tests start, and how a Debian machine gets the missing ones. */
import { chmodSync, existsSync, unlinkSync, writeFileSync } from "node:fs";
import { runBounded } from "./run-bounded.ts";

/** Each program, and the Debian package that has it. */
const packageOf: Readonly<Record<string, string>> = {
  chromium: "chromium",
  curl: "curl",
  h2load: "nghttp2-client",
  haproxy: "haproxy",
  hydra: "hydra",
  nginx: "nginx",
  openssl: "openssl",
  node: "nodejs",
  python3: "python3",
  taskset: "util-linux",
  wrk: "wrk",
};

/** Debian keeps servers in sbin, which is not on everyone's PATH. */
const searchPath = `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`;
const policyFile = "/usr/sbin/policy-rc.d";
const aptOptions = [
  "-o",
  "Acquire::Retries=3",
  "-o",
  "Acquire::http::Timeout=30",
  "-o",
  "DPkg::Lock::Timeout=60",
];

/** Installs what is missing where that is possible; returns the packages that are still missing. */
export async function bringNeededPrograms(deadline: number): Promise<string[]> {
  const missing = missingPackages();
  if (missing.length === 0 || !isRootOnDebian()) return missing;
  console.log(`installing ${missing.join(" ")}`);
  await withoutStartingServices(async () => {
    await aptGet(["update"], deadline);
    await aptGet(["install", "--yes", "--no-install-recommends", ...missing], deadline);
  });
  return missingPackages();
}

function missingPackages(): string[] {
  const missing = Object.entries(packageOf).filter(
    ([program]) => Bun.which(program, { PATH: searchPath }) === null,
  );
  return missing.map(([, debianPackage]) => debianPackage);
}

function isRootOnDebian(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && Bun.which("apt-get") !== null;
}

/** nginx and haproxy start a service when installed; a container has no init, and port 80 may be another's. */
async function withoutStartingServices(install: () => Promise<void>): Promise<void> {
  const isOurs = !existsSync(policyFile);
  if (isOurs) {
    // invoke-rc.d(8): 101 forbids the action, and the package's installation goes on.
    writeFileSync(policyFile, "#!/bin/sh\nexit 101\n");
    chmodSync(policyFile, 0o755);
  }
  try {
    await install();
  } finally {
    if (isOurs) unlinkSync(policyFile);
  }
}

/** A failure is only printed: whether the programs are there afterwards is what decides. */
async function aptGet(args: string[], deadline: number): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const code = await runBounded(["apt-get", ...aptOptions, "--quiet", ...args], { deadline, env });
  if (code !== 0) console.error(`apt-get ${args[0]} ended with ${code}`);
}
