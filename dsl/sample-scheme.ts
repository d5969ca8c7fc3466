/** A small host for tests: its facts are the values themselves, by field name. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ListPort } from "./list-port.ts";
import type { FieldRow, FieldType, FieldValue, IpValue, Scheme } from "./scheme.ts";

/** A request of the sample host. */
export type SampleFacts = Readonly<Record<string, FieldValue | undefined>>;

const row = (name: string, type: FieldType, trust: "claimed" | "observed"): FieldRow<SampleFacts> => ({
  name,
  type,
  trust,
  doc: name,
  cost: 10,
  ...(name.startsWith("body") ? { needsBody: true, cost: 1000 } : {}),
  bind: (parameter) => {
    const key = name.endsWith(".*") ? `${name.slice(0, -1)}${parameter}` : name;
    return (facts) => facts[key];
  },
});

/** A list in the sample's facts stands for what a body holds in several places. */
const eachOf = (path: string) => (facts: SampleFacts) => {
  const value = facts[`body.${path}`];
  return Array.isArray(value) ? value : [];
};

/** The sample's fields: the real host's names and types, as far as tests need them. */
export const sampleScheme: Scheme<SampleFacts> = {
  fields: [
    row("method", "text", "observed"),
    { ...row("app", "text", "observed"), isPlaced: true },
    row("path", "text", "observed"),
    { ...row("path.*", "text", "observed"), isPlaced: true },
    row("path.ambiguous", "bool", "observed"),
    row("body.ambiguous", "bool", "observed"),
    row("method.ambiguous", "bool", "observed"),
    row("query.*", "text", "claimed"),
    row("header.*", "text", "claimed"),
    row("headers.order", "headerOrder", "observed"),
    row("cookie.*", "text", "claimed"),
    { ...row("body.*", "scalar", "claimed"), bindEach: eachOf },
    row("body.size", "int", "observed"),
    row("ip", "ip", "observed"),
    row("ip.net", "text", "observed"),
    row("ip.asn", "asn", "observed"),
    row("ip.country", "country", "observed"),
    row("ua.browser", "text", "claimed"),
    row("ua.is_bot", "bool", "claimed"),
    row("print.skeleton", "text", "observed"),
    row("print.stack", "text", "observed"),
    { ...row("username", "text", "claimed"), isPlaced: true },
    { ...row("account", "text", "observed"), isPlaced: true },
    { ...row("session", "text", "claimed"), isPlaced: true },
    { ...row("unidentified", "bool", "observed"), isPlaced: true },
    row("device_cookie", "text", "observed"),
    row("tags", "textList", "observed"),
    row("session.age", "duration", "observed"),
    { ...row("session.account", "text", "observed"), isPlaced: true },
    row("share", "percent", "observed"),
    row("tls.ja4", "ja4", "observed"),
  ],
};

/** Lists of the fixtures. */
export const sampleLists: ListPort = {
  read: (name) => {
    try {
      return readFileSync(join(import.meta.dir, "fixtures", name), "utf8");
    } catch {
      return undefined;
    }
  },
};

/** An IPv4 address. */
export function sampleIp(text: string): IpValue {
  const word = text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { family: 4, a: 0, b: 0, c: 0, d: word, text };
}
