/** Reads a stored receipt; one that was written by another version shows what it can and never breaks the page. */
import type { PolicyMatch, Reason } from "../../dsl/index.ts";
import type { Receipt } from "../../views/fragments/receipt-matches.ts";

const effects: readonly PolicyMatch["effect"][] = ["allow", "block", "deceive", "ratelimit", "observe"];
const withheld: readonly NonNullable<PolicyMatch["withheld"]>[] = [
  "rollout",
  "expired",
  "under_limit",
  "switched_off",
  "panic",
  "cap",
  "guard",
  "holdout",
  "freeze",
  "known_good",
  "released",
];

/** The receipt of an event; empty when there is none or it cannot be read. */
export function readReceipt(json: string | undefined): Receipt {
  const content = recordOf(parse(json));
  const note = content["note"];
  return {
    labels: listOf(content["labels"]).filter((label) => typeof label === "string"),
    matches: listOf(content["matches"]).map(matchOf),
    ...(typeof note === "string" && { note }),
  };
}

function parse(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function matchOf(value: unknown): PolicyMatch {
  const match = recordOf(value);
  const why = withheld.find((one) => one === match["withheld"]);
  return {
    policy: textOf(match["policy"]),
    mode: match["mode"] === "shadow" ? "shadow" : "enforce",
    effect: effects.find((effect) => effect === match["effect"]) ?? "observe",
    applied: match["applied"] === true,
    ...(why && { withheld: why }),
    reasons: listOf(match["reasons"]).map(reasonOf),
  };
}

function reasonOf(value: unknown): Reason {
  const reason = recordOf(value);
  return { clause: textOf(reason["clause"]), value: textOf(reason["value"]) };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
