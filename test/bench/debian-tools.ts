/** The Debian programs that benchmarks run as peers and load generators. */
import { SetupProblem } from "./setup-problem.ts";

const packageOf = {
  curl: "curl",
  h2load: "nghttp2-client",
  haproxy: "haproxy",
  nginx: "nginx-light",
  node: "nodejs",
  openssl: "openssl",
  "redis-server": "redis-server",
  taskset: "util-linux",
  wrk: "wrk",
} as const;

/** A program that a benchmark needs. */
export type Tool = keyof typeof packageOf;

/** Paths of the programs; throws SetupProblem naming every missing Debian package. */
export function findTools<T extends Tool>(tools: readonly T[]): Record<T, string> {
  const path = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  const found = tools.map((tool): [T, string | null] => [tool, Bun.which(tool, { PATH: path })]);
  const missing = found.filter(([, file]) => file === null).map(([tool]) => tool);
  if (missing.length > 0) {
    const packages = missing.map((tool) => packageOf[tool]).join(" ");
    throw new SetupProblem(`${missing.join(", ")} not found: apt-get install -y ${packages}`);
  }
  return Object.fromEntries(found) as Record<T, string>;
}
