import { afterEach, expect, test } from "bun:test";
import { OriginPools } from "./origin-pools.ts";

const urls = ["http://10.0.0.1", "http://10.0.0.2:81", "http://10.0.0.3"];
const opened: OriginPools[] = [];

function poolsOf(...given: ConstructorParameters<typeof OriginPools>): OriginPools {
  const pools = new OriginPools(...given);
  opened.push(pools);
  return pools;
}

function app(origin: readonly string[], weights: readonly number[] = []) {
  return { origin, weights, hosts: [] };
}

afterEach(() => {
  for (const pools of opened.splice(0)) pools.close();
});

test("origins are chosen by their weights, and one without weight gets nothing", () => {
  let point = 0;
  const pools = poolsOf(undefined, { random: () => point });
  const authoritiesAt = (points: number[], weights?: number[]) => {
    const group = pools.of(app(urls, weights));
    return points.map((at) => {
      point = at;
      return group?.choose([])?.authority;
    });
  };
  expect(authoritiesAt([0, 0.74, 0.76, 0.99], [3, 0, 1])).toEqual([
    "10.0.0.1",
    "10.0.0.1",
    "10.0.0.3",
    "10.0.0.3",
  ]);
  // Without weights they share evenly.
  expect(authoritiesAt([0, 0.4, 0.9])).toEqual(["10.0.0.1", "10.0.0.2:81", "10.0.0.3"]);
});

test("a single origin is the app's, and the default serves apps without one", () => {
  const pools = poolsOf("http://10.9.9.9");
  expect(pools.of(app(["http://10.0.0.1"], [0]))?.choose([])?.authority).toBe("10.0.0.1");
  expect(pools.of(app([]))?.choose([])?.authority).toBe("10.9.9.9");
  expect(poolsOf(undefined).of(app([]))).toBe(undefined);
});

test("an origin that keeps refusing is left alone while another is there, and asked again after its rest", () => {
  const group = poolsOf(undefined, { random: () => 0 }).of(app(urls.slice(0, 2)));
  const [first, second] = group!.members.map(({ pool }) => pool);
  for (let times = 0; times < 3; times++) first!.health.refused("refused");
  expect(group!.choose([])).toBe(second);
  // Nobody else is left: better to try than to give up.
  expect(group!.choose([second!])).toBe(first);
  first!.health.connected();
  expect(group!.choose([])).toBe(first);
});

test("an origin that checks call down is never asked", () => {
  const group = poolsOf(undefined).of(app(urls.slice(0, 1)));
  const [only] = group!.members;
  only!.pool.health.checked(false, "health check: answered 500");
  expect(group!.choose([])).toBe(undefined);
  only!.pool.health.checked(true, "well");
  expect(group!.choose([])).toBe(only!.pool);
});

test("what no app uses any more ends, and what is still used stays the same", () => {
  const pools = poolsOf(undefined);
  const before = pools.of(app(urls))!.members.map(({ pool }) => pool);
  const kept = app(urls.slice(1));
  pools.use([kept]);
  expect(pools.of(kept)!.members.map(({ pool }) => pool)).toEqual(before.slice(1));
  expect(pools.of(app(urls))!.members[0]!.pool).not.toBe(before[0]!);
});

test("the origin of the command line takes the words of an app's, and nothing by halves", () => {
  for (const flag of [
    "https://10.0.0.1 certificate a.pem",
    "https://10.0.0.1 insecure ca a.pem",
    "http://10.0.0.1 ca a.pem",
    "https://10.0.0.1 sni",
    "ftp://10.0.0.1",
    "http://10.0.0.1/path",
    "unix://run/app.sock",
  ]) {
    expect(() => new OriginPools(flag)).toThrow("--origin wants");
  }
  const unix = poolsOf("unix:/run/app.sock").of(app([]))!.members[0]!.pool.origin;
  expect(unix).toMatchObject({ scheme: "http", unix: "/run/app.sock" });
});
