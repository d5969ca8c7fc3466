/** `sallyport explain REQUEST.json`: the whole decision on a described request, with every clause's value. */
import { readFileSync } from "node:fs";
import { type CodeHelp, codeHelp, compilePolicies, explanationLines, linkPolicies } from "../dsl/index.ts";
import { AppError } from "./app-error.ts";
import { describedRequest } from "./described-json.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { simulator } from "./judge/simulator.ts";
import { readPolicySources } from "./policy-sources.ts";

/** Explains a diagnostic code, or a request in a JSON file; returns the exit code: 2 when policies do not compile. Throws AppError `bad_option` and `policies_unreadable`. */
export function explain(what: string, policies: string): 0 | 2 {
  if (/^[A-Za-z]\d{3}$/.test(what)) return explainCode(what.toUpperCase());
  let text: string;
  try {
    text = readFileSync(what, "utf8");
  } catch (cause) {
    throw new AppError("bad_option", `cannot read ${what}`, cause);
  }
  return explainRequest(text, what, policies);
}

function explainCode(code: string): 0 {
  const help = codeHelp(code);
  if (!help) throw new AppError("bad_option", `there is no code ${code}`);
  console.log(helpText(code, help));
  return 0;
}

function helpText(code: string, { title, doc, example, mend }: CodeHelp): string {
  return [
    `${code}: ${title}`,
    ...(doc === undefined ? [] : ["", doc]),
    ...(example === undefined ? [] : ["", "For example:", "", indented(example)]),
    ...(mend === undefined ? [] : ["", "Mended:", "", indented(mend)]),
  ].join("\n");
}

function indented(text: string): string {
  return text.trim().replaceAll(/^/gm, "  ");
}

function explainRequest(text: string, name: string, policies: string): 0 | 2 {
  const { folder, files } = readPolicySources(policies);
  const host = simulator();
  const { ir, diagnostics } = compilePolicies(files, host.scheme, folder);
  if (!ir) {
    console.log(diagnosticsText(diagnostics, files, process.stdout.isTTY));
    return 2;
  }
  const facts = host.facts(describedRequest(text, name), Date.now());
  if (typeof facts === "string") throw new AppError("bad_option", facts);
  const world = host.world();
  const set = linkPolicies(ir, host.scheme, { gauges: world.state, lists: folder });
  const place = world.place(facts, set);
  if (!place) {
    console.log("no app has this host: refused with 421");
    return 0;
  }
  const { action, decider, labels } = world.judge(facts, place);
  const by = decider === undefined ? "" : ` by ${decider}`;
  console.log(`app ${place.app.name}, route ${place.route?.name ?? "(none)"}`);
  console.log(`${action.kind}${by}${labels.length === 0 ? "" : `, label ${labels.join(", ")}`}`);
  for (const one of place.bucket.explain(facts, facts.now))
    console.log(`\n${explanationLines(one).join("\n")}`);
  return 0;
}
