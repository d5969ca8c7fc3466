/** Sets are held to the memory that the host gives, and only for what policies use. */
import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { partForRows, usualRoom } from "../gauge-memory.ts";
import { sampleLists, sampleScheme } from "../sample-scheme.ts";

const text = `
app shop {
  route login POST /login
  identify username = body.email
  outcome login success status 303 failure status 401
}
measure used = count at shop.login by ip.net over 10m
measure idle = gap at shop.login by ip.net over 10m
remember device = print.stack at shop.login.success by username for 90d
policy counts on shop { mode shadow when { used > 3x usual } then { block  hold ip.net for 1m } }
policy remembers on shop { mode shadow when { device new } then { ratelimit 5 per 1m by ip.net } }`;

function codesWith(room: Partial<typeof usualRoom>, policies = text): string[] {
  const files = [{ name: "a.policy", text: policies }];
  const { diagnostics } = compilePolicies(files, sampleScheme, sampleLists, Date.now(), {
    ...usualRoom,
    ...room,
  });
  return diagnostics.map(({ code }) => code).filter((code) => code === "L008" || code === "W036");
}

test("a set is refused below what its tables take, and warned of below what its keys will", () => {
  // Two tables of 16 words and one of 5, 2,048 rows each, and what is usual: some 315 KB, and 2.5 MB with 10,000 keys.
  expect(codesWith({ gauges: 310_000 / partForRows })).toEqual(["L008"]);
  expect(codesWith({ gauges: 330_000 / partForRows })).toEqual(["W036"]);
  expect(codesWith({ gauges: 2_450_000 / partForRows })).toEqual(["W036"]);
  expect(codesWith({ gauges: 2_500_000 / partForRows })).toEqual([]);
});

test("memories have room of their own", () => {
  expect(codesWith({ memories: 140_000 })).toEqual(["L008"]);
  expect(codesWith({ memories: 200_000 })).toEqual(["W036"]);
  expect(codesWith({ memories: 2_000_000 })).toEqual([]);
});

test("what no policy uses takes nothing", () => {
  const idle = text.replace("used > 3x usual", "ip.asn = 1");
  expect(codesWith({ gauges: 200_000 / 0.7 }, idle)).not.toContain("L008");
});
