/** `sallyport diff`: what a new set of policies means against an old one. */
import { type ComparedSet, compilePolicies, diffPolicies, type PolicyDiff } from "../dsl/index.ts";
import { scheme } from "./describe/field-table.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { simulator } from "./judge/simulator.ts";
import { readPolicySources } from "./policy-sources.ts";

/** Prints the difference; returns 0 when there is none, 1 when there is, 2 when a side does not compile. Throws AppError `policies_unreadable`. */
export function diffSets(
  before: string,
  after: string,
  { json }: { readonly json?: boolean } = {},
): 0 | 1 | 2 {
  const [old, now] = [compiled(before), compiled(after)];
  if (!old || !now) return 2;
  const diff = diffPolicies(old, now, simulator());
  console.log(json ? JSON.stringify(diff, null, 2) : diffText(diff));
  return diff.parts.length + diff.verdicts.length === 0 ? 0 : 1;
}

function compiled(path: string): ComparedSet | undefined {
  const { folder, files } = readPolicySources(path);
  const { ir, diagnostics } = compilePolicies(files, scheme, folder);
  if (ir) return { ir, lists: folder };
  console.log(diagnosticsText(diagnostics, files, process.stdout.isTTY));
  return undefined;
}

const changeWords = { stopped: "newly stopped", freed: "freed", differently: "decided differently" } as const;

function diffText({ parts, verdicts }: PolicyDiff): string {
  const lines = parts.flatMap(({ part, change, aspects }) => [
    `${change}: ${part}`,
    ...aspects.flatMap(({ name, before, after }) => [`  ${name}`, `    - ${before}`, `    + ${after}`]),
  ]);
  for (const { change, request, before, after } of verdicts) {
    lines.push(`${changeWords[change]}: ${request}`, `    ${before} -> ${after}`);
  }
  return lines.length === 0 ? "no difference in meaning" : lines.join("\n");
}
