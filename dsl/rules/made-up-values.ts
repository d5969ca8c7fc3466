/** N001, N021, S005, T007: made-up values, fields and latencies of a response are such that they can be made. */
import type { FakeNode, JsonNode, NameNode, ResponseNode, SubjectNode } from "../ast.ts";
import { parseDuration } from "../duration.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { fakeKinds } from "../response-body-ir.ts";
import { quoted, type Span } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

const longestHex = 128;
const longestMs = 30_000;

/** Reports unknown kinds of values, ranges that are none, unknown fields and seeds, and latencies out of range. */
export const madeUpValues: Rule = (program, report) => {
  for (const response of program.of("response")) {
    for (const clause of response.clauses) {
      if (clause.kind === "json") checkJson(clause.value, program, report);
      if (clause.kind === "latency") checkLatency(clause, report);
    }
  }
};

function checkJson(node: JsonNode, program: Program, report: Report): void {
  switch (node.kind) {
    case "scalar":
      return;
    case "field":
      checkField(node.subject, program, report);
      return;
    case "fake":
      checkFake(node, program, report);
      return;
    case "array":
      for (const item of node.items) checkJson(item, program, report);
      return;
    case "object":
      for (const { value } of node.pairs) checkJson(value, program, report);
  }
}

function checkFake({ what, low, high, seed, span }: FakeNode, program: Program, report: Report): void {
  if (seed) checkField(seed, program, report);
  const kind = fakeKinds.find((one) => one === what.text);
  if (!kind) {
    const help = () => didYouMean(what.text, fakeKinds) ?? `there are ${fakeKinds.map(quoted).join(", ")}`;
    report.add("N021", what.span, `there is no made-up ${quoted(what.text)}`, { help });
    return;
  }
  const problem = rangeProblem(kind, low, high);
  if (problem !== undefined)
    report.add("S005", span, `this ${quoted(`fake ${kind}`)} is out of range`, { help: problem });
}

/** What to write instead; undefined when nothing is wrong. */
function rangeProblem(
  kind: (typeof fakeKinds)[number],
  low: number | undefined,
  high: number | undefined,
): string | undefined {
  if (kind === "number") {
    const isRange =
      low !== undefined && high !== undefined && low <= high && Math.abs(low) < 1e9 && high < 1e9;
    return isRange ? undefined : "write the smaller bound first: `fake number 1..100`";
  }
  if (kind !== "hex") return low === undefined ? undefined : "only numbers have bounds, and `hex` a length";
  const isLength = low === undefined || (Number.isInteger(low) && low >= 1 && low <= longestHex);
  return isLength && high === undefined
    ? undefined
    : `give its length: \`fake hex 16\`, at most ${longestHex}`;
}

function checkField({ text, span }: SubjectNode, program: Program, report: Report): void {
  if (program.fields.find(text)) return;
  const known = program.subject(text);
  if (known) report.add("T007", span, `${quoted(text)} is a ${known.kind}; responses are made of fields`);
  else
    report.add("N001", span, `unknown field ${quoted(text)}`, {
      help: () => didYouMean(text, program.fields.names()),
    });
}

function checkLatency(
  clause: Extract<ResponseNode["clauses"][number], { kind: "latency" }>,
  report: Report,
): void {
  const { latency, span } = clause;
  if (latency.kind !== "range") return;
  const low = checkDuration(latency.low, report);
  const high = latency.high ? checkDuration(latency.high, report) : low;
  if (low !== undefined && high !== undefined && low > high) reportLatency(span, report);
}

function checkDuration(node: NameNode, report: Report): number | undefined {
  const ms = parseDuration(node.text);
  if (ms === undefined || ms > longestMs) reportLatency(node.span, report);
  return ms !== undefined && ms <= longestMs ? ms : undefined;
}

function reportLatency(span: Span, report: Report): void {
  report.add("S005", span, "this latency is out of range", { help: "write `80ms..200ms`, at most 30s" });
}
