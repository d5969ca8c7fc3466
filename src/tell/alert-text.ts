/** Alerts in words. All that attackers wrote is text: nothing of it may become markup, a mention or a mail's head. */
import type { ClaimedDelivery, DigestState } from "../store/outbox-rows.ts";

const shownValues = 5;
const longestValue = 120;

/** The kinds of evidence, by their keys, as people read them. */
const evidenceNames: Readonly<Record<string, string>> = {
  networks: "networks",
  addresses: "addresses",
  routes: "routes",
  accounts: "accounts (hashed)",
  reasons: "why",
  withheld: "not stopped because of",
};

/** An alert's parts. */
export interface AlertText {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** What an alert says. */
export function alertText({
  policy,
  app,
  severity,
  count,
  told,
  firstAt,
  lastAt,
  evidence,
}: DigestState): AlertText {
  const more = told > 0 ? ` (${numberText(count - told)} since the last message)` : "";
  const requests = count === 1 ? "1 request" : `${numberText(count)} requests`;
  return {
    subject: `[${severity}] ${policy} on ${app}: ${requests}`,
    lines: [
      `Policy ${policy} matched ${requests} on ${app}${more}.`,
      `First ${new Date(firstAt).toISOString()}, last ${new Date(lastAt).toISOString()}.`,
      ...Object.entries(evidence).flatMap(([kind, counts]) =>
        evidenceLine(evidenceNames[kind] ?? kind, counts),
      ),
    ],
  };
}

/** A Slack-compatible message. */
export function slackBody(digest: DigestState): string {
  const { subject, lines } = alertText(digest);
  return JSON.stringify({ text: [`*${slackText(subject)}*`, ...lines.map(slackText)].join("\n") });
}

/** A plain webhook channel's body. */
export function channelBody({ id }: Pick<ClaimedDelivery, "id">, digest: DigestState): string {
  const { policy, app, severity, count, told, evidence } = digest;
  return JSON.stringify({
    type: "sallyport.alert",
    id,
    policy,
    app,
    severity,
    count,
    new: count - told,
    first_at: new Date(digest.firstAt).toISOString(),
    last_at: new Date(digest.lastAt).toISOString(),
    evidence,
  });
}

function evidenceLine(name: string, counts: Readonly<Record<string, number>>): string[] {
  const top = Object.entries(counts)
    .sort((left, right) => right[1] - left[1])
    .slice(0, shownValues)
    .map(([value, count]) => `${plain(value)} (${numberText(count)})`);
  return top.length === 0 ? [] : [`${name}: ${top.join(", ")}`];
}

/** One line without control characters and without what turns its direction. */
function plain(text: string): string {
  const oneLine = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return oneLine.length > longestValue ? `${oneLine.slice(0, longestValue - 1)}…` : oneLine;
}

/** Slack's own escapes: without them a value could be a link or call everybody. */
function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function numberText(number: number): string {
  return number.toLocaleString("en-GB");
}
