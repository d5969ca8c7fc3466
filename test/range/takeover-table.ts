/** The table of takeovers, and what of it falls short: who was taken over, whom the ledger knows, and whom the shop was called about. */
import type { ScenarioScore } from "./run-scenario.ts";
import type { TakeoverScore } from "./takeover-score.ts";

/** Of those taken over in campaigns that a policy stopped at any time, so many are known. */
const leastKnown = 0.99;
/** Of the ledger's entries, so many are truly the attacker's. */
const leastTrue = 0.95;

/** Prints figures as JSON lines and a table; gives what falls short. Sums are over all scenarios of the run: one alone has too few. */
export function tellTakeovers(scores: readonly ScenarioScore[]): string[] {
  const rows = scores.flatMap(({ scenario, takeovers }) => (takeovers ? [{ scenario, ...takeovers }] : []));
  const withAny = rows.filter(({ taken, entries, calls }) => taken + entries + calls > 0);
  if (withAny.length === 0) return [];
  for (const row of withAny) console.log(lineOf(row));
  const stopped = withAny.filter(({ wasStopped }) => wasStopped);
  const known = share(sum(stopped, "known"), sum(stopped, "taken"));
  const precise = share(sum(withAny, "trueEntries"), sum(withAny, "entries"));
  const recall = share(sum(withAny, "known"), sum(withAny, "taken"));
  const wrongCalls = withAny.reduce((total, row) => total + wrongCallsOf(row), 0);
  figure("takeover.known_in_stopped_campaigns", known, { must: leastKnown, better: "higher" });
  figure("takeover.precision", precise, { must: leastTrue, better: "higher" });
  figure("takeover.recall_over_all", recall, { better: "higher" });
  figure("takeover.calls_not_exactly_once", wrongCalls, { must: 0, better: "lower" });
  return [
    ...(known < leastKnown
      ? [`takeovers: ${percent(known)} of those in stopped campaigns are known, not ${percent(leastKnown)}`]
      : []),
    ...(precise < leastTrue
      ? [`takeovers: ${percent(precise)} of the ledger is true, not ${percent(leastTrue)}`]
      : []),
    ...(wrongCalls > 0 ? [`takeovers: ${wrongCalls} calls are missing, too many, or about strangers`] : []),
  ];
}

type Row = TakeoverScore & { readonly scenario: string };

function lineOf(row: Row): string {
  const { scenario, taken, known, foundLater, entries, trueEntries, resets, wasStopped } = row;
  const wrong = wrongCallsOf(row);
  return `${scenario.padEnd(18)} ${String(known).padStart(5)}/${taken} taken over are known (${foundLater} afterwards)${wasStopped ? "" : ", never stopped"}; ${trueEntries}/${entries} entries true; ${resets} resets${wrong === 0 ? ", each by one call" : `, ${wrong} calls wrong`}`;
}

/** Calls beyond one for each reset count, too: the endpoint answered them without doing anything. */
function wrongCallsOf({ calls, missing, resets, strangers, twice }: TakeoverScore): number {
  return missing + twice + strangers + (calls - resets - twice);
}

function figure(
  name: string,
  value: number,
  budget: { readonly must?: number; readonly better: "higher" | "lower" },
): void {
  console.log(
    JSON.stringify({ figure: name, value, unit: name.endsWith("once") ? "calls" : "x", ...budget }),
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

function sum(rows: readonly Row[], key: "known" | "taken" | "entries" | "trueEntries"): number {
  return rows.reduce((total, row) => total + row[key], 0);
}
