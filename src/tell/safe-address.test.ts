import { expect, test } from "bun:test";
import { findDestination, isPublic, parseAllowedTarget } from "./safe-address.ts";

test("only addresses that anybody in the Internet may have are called", () => {
  for (const address of ["93.184.216.34", "2606:2800:220:1::1"]) expect(isPublic(address)).toBe(true);
  const refused = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "::127.0.0.1",
    "nonsense",
    "",
  ];
  expect(refused.filter(isPublic)).toEqual([]);
});

test("what is connected to is the address that was judged, among several a public one", async () => {
  const found = await findDestination("x.example", 443, [], async () => ["10.0.0.1", "93.184.216.34"]);
  expect(found).toEqual({ address: "93.184.216.34" });
});

const lookUp = async () => ["10.0.0.9"];

test("a private target is refused with the flag that allows it, and allowed by name, by address and by port", async () => {
  const find = (flag: string) => findDestination("intern.example", 8443, [parseAllowedTarget(flag)!], lookUp);
  const refused = await findDestination("intern.example", 8443, [], lookUp);
  expect("problem" in refused && refused.problem).toContain("--allow-webhook-target intern.example:8443");
  for (const flag of ["intern.example", "INTERN.example:8443", "10.0.0.9", "10.0.0.9:8443"]) {
    expect(await find(flag)).toEqual({ address: "10.0.0.9" });
  }
  expect("problem" in (await find("intern.example:443"))).toBe(true);
});

test("ways of writing loopback that URLs know end at the same check", async () => {
  for (const url of [
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::ffff:7f00:1]/",
    "http://127.1/",
    "http://[::1]/",
  ]) {
    const found = await findDestination(new URL(url).hostname, 80, []);
    expect(url + ("problem" in found ? " refused" : " called")).toBe(`${url} refused`);
  }
});

test("a name without addresses, and one that cannot be looked up, are said so", async () => {
  const none = await findDestination("x.example", 443, [], async () => []);
  expect("problem" in none && none.problem).toBe("the name x.example has no address");
  const failing = await findDestination("x.example", 443, [], async () => {
    throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
  });
  expect("problem" in failing && failing.problem).toContain("ENOTFOUND");
});

test("allowed targets are HOST, HOST:PORT or [V6]:PORT and nothing else", () => {
  expect(parseAllowedTarget("a.example:25")).toEqual({ host: "a.example", port: 25 });
  expect(parseAllowedTarget("[::1]:25")).toEqual({ host: "::1", port: 25 });
  for (const text of ["", "a:b", "a.example:0", "a.example:99999", "http://a.example", "a b"]) {
    expect(parseAllowedTarget(text)).toBeUndefined();
  }
});
