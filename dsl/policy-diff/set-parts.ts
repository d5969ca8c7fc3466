/** The parts of a set by their names, each as what it means: where it stands and how it is numbered do not count. */
import { basicName } from "../field-table.ts";
import type { ListPort } from "../list-port.ts";
import { definitionHash } from "../policy-hash.ts";
import type { ConditionIr, FieldIr, PolicyIr, PolicyRuleIr } from "../policy-ir.ts";

/** Aspects of one part, as text: `when`, `mode`, `routes` … */
export type Aspects = Readonly<Record<string, string>>;

/** All parts of a set: `policy stuffing`, `list bad_asn`, `route shop.login`. */
export function setParts(ir: PolicyIr, lists: ListPort): Map<string, Aspects> {
  const parts = new Map<string, Aspects>();
  for (const { routes, ...app } of ir.apps) {
    parts.set(`app ${app.name}`, aspectsOf(app));
    for (const { when, ...route } of routes) {
      const asked = when === undefined ? {} : { when: conditionText(when, ir) };
      parts.set(`route ${app.name}.${route.name}`, { ...aspectsOf(route), ...asked });
    }
  }
  for (const list of ir.lists) {
    const { source, type } = list;
    const contents =
      "file" in source
        ? { ...aspectsOf({ source }), entries: fileText(lists.read(source.file) ?? "") }
        : { entries: shortened(source.values.join(", ")) };
    parts.set(`list ${list.name}`, { type, ...contents });
  }
  for (const { id: _, ...measure } of ir.measures) parts.set(`measure ${measure.name}`, aspectsOf(measure));
  for (const { id: _, ...memory } of ir.memories) parts.set(`remember ${memory.name}`, aspectsOf(memory));
  for (const { id: _, ...sequence } of ir.sequences)
    parts.set(`sequence ${sequence.name}`, aspectsOf(sequence));
  for (const { id: _, when, ...cohort } of ir.cohorts) {
    const conditions = when.map((one) => conditionText(one, ir)).join("; ");
    parts.set(`cohort ${cohort.name}`, { ...aspectsOf(cohort), when: conditions });
  }
  for (const response of ir.responses) parts.set(`response ${response.name}`, aspectsOf(response));
  for (const webhook of ir.webhooks) parts.set(`webhook ${webhook.name}`, aspectsOf(webhook));
  for (const channel of ir.channels) parts.set(`channel ${channel.name}`, aspectsOf(channel));
  if (ir.smtp) parts.set("smtp", aspectsOf(ir.smtp));
  for (const { scores, ...print } of ir.fingerprints) {
    const lines = scores.map(({ points, condition }) => `+${points} ${conditionText(condition, ir)}`);
    parts.set(`fingerprint ${print.name}`, { ...aspectsOf(print), scores: lines.join("; ") });
  }
  for (const rule of ir.policies) parts.set(`policy ${rule.name}`, policyAspects(rule, ir));
  return parts;
}

function policyAspects(rule: PolicyRuleIr, ir: PolicyIr): Aspects {
  const conditions = (all: readonly ConditionIr[]) => all.map((one) => conditionText(one, ir)).join("; ");
  return {
    on: rule.targetText,
    mode: rule.mode,
    priority: String(rule.priority),
    when: conditions(rule.when),
    unless: rule.unless ? conditions(rule.unless) : "",
    effects: rule.effectsText,
    // A call's body may be written where the webhook is declared.
    tells: rule.tells.map((tell) => (tell.kind === "webhook" ? JSON.stringify(tell.payload) : "")).join("; "),
    adapt: rule.adapt ?? "",
    rollout: rule.rollout ? `${rule.rollout.percent}% by ${rule.rollout.by.map(fieldName).join(", ")}` : "",
    cap: capText(rule, ir),
    guard: guardText(rule),
    expires: rule.expiry ? new Date(rule.expiry.at).toISOString() : "",
  };
}

function capText({ safeguards }: PolicyRuleIr, ir: PolicyIr): string {
  if (!safeguards) return "";
  const { limits, windowMs } = safeguards.cap;
  const words = limits.map(({ subject, percent }) => {
    const name = subject.kind === "cohort" ? (ir.cohorts[subject.index]?.name ?? "") : subject.kind;
    return `${name} < ${percent}%`;
  });
  return `${words.join(", ")} over ${windowMs / 1000}s`;
}

function guardText({ safeguards }: PolicyRuleIr): string {
  const guard = safeguards?.guard;
  return guard ? `${guard.text} over ${guard.windowMs / 1000}s at least ${guard.atLeast}` : "";
}

/** A condition in one line. */
function conditionText(condition: ConditionIr, ir: PolicyIr): string {
  if (typeof condition === "number") return ir.predicates[condition]?.text ?? "";
  return `${condition.kind} { ${condition.of.map((one) => conditionText(one, ir)).join("; ")} }`;
}

/** A field by the name that policies write. */
export function fieldName({ field, parameter }: FieldIr): string {
  const name = basicName(field);
  return name.endsWith(".*") ? `${name.slice(0, -1)}${parameter}` : name;
}

const longestShown = 300;

/** The whole of a long text still counts, by its hash. */
function shortened(text: string): string {
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${definitionHash(text)})`;
}

/** A list file in few words that differ when it does. */
function fileText(text: string): string {
  return `${text.split("\n").length} lines (${definitionHash(text)})`;
}

function aspectsOf(part: object): Aspects {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
