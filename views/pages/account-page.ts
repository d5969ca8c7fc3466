/** One account's whole story: how it was tried, when somebody got in, what he did, who was told, and how it ended. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type {
  AccountAction,
  AccountEntry,
  AccountSource,
  AccountStory,
} from "../../src/store/account-rows.ts";
import { formatEventId } from "../../src/store/event-row.ts";
import { accountBadge, accountStateMeaning } from "../fragments/account-state.ts";
import type { Tone } from "../fragments/decision-badge.ts";
import { factList } from "../fragments/fact-list.ts";
import { filterLink } from "../fragments/filter-link.ts";
import { amountText } from "../fragments/money-text.ts";
import { classChip } from "../fragments/network-text.ts";
import { countText } from "../fragments/number-text.ts";
import { exactTimeTag, timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** What the page shows. */
export interface AccountModel {
  readonly story: AccountStory;
  readonly now: number;
}

/** One moment of a story. */
interface Moment {
  readonly at: number;
  readonly tone: Tone;
  readonly title: string | SafeHtml;
  readonly text: string | SafeHtml | undefined;
}

/** The whole page. */
export function accountPage(frame: Frame, { story, now }: AccountModel): SafeHtml {
  const { account } = story;
  return page(
    frame,
    "accounts",
    `Account ${account.hash.slice(0, 12)}`,
    html`<p class="crumbs"><a href="/accounts">Accounts</a> / <span class="mono">${account.hash.slice(0, 12)}</span></p>
<div class="page-head"><h1>Account</h1>${accountBadge(account.state)}<span class="soft">${accountStateMeaning[account.state]}</span></div>
<div class="columns wide-left">
<div class="stack">
<section class="panel" aria-labelledby="story-title"><header><h2 id="story-title">Story</h2><p>oldest first</p></header><ol class="timeline">${momentsOf(
      story,
    ).map(
      ({ at, tone, title, text }) =>
        html`<li class="tone-${tone}"><p class="when">${timeTag(at, now)}</p><div><p class="title">${title}</p>${text === undefined || text === "" ? null : html`<p class="soft">${text}</p>`}</div></li>`,
    )}</ol></section>
${sourceList(story.sources, now)}
</div>
<div class="stack">${verdictPanel(account)}${facts(account)}</div>
</div>`,
  );
}

function momentsOf({ account, notes, actions }: AccountStory): Moment[] {
  const moments: Moment[] = [];
  if (account.attempts > 0) {
    moments.push({
      at: account.firstAt,
      tone: "info",
      title: "An attack began to try it",
      text: `${countText(account.attempts)} tries until now, ${countText(account.stopped)} of them stopped`,
    });
  }
  for (const { at, who, what, reason, event } of notes) {
    const link = event === undefined ? null : html` · <a href="/events/${formatEventId(event)}">request</a>`;
    const { tone, title } = noteWords(what, account.isFoundLater && event === account.riskEvent);
    moments.push({ at, tone, title, text: html`${reason}${reason === "" ? null : " · "}${who}${link}` });
  }
  for (const action of actions) moments.push(actionMoment(action));
  return moments.toSorted((left, right) => left.at - right.at);
}

function noteWords(what: string, isFoundLater: boolean): { tone: Tone; title: string } {
  switch (what) {
    case "at_risk":
      return {
        tone: "block",
        title: isFoundLater
          ? "Somebody signed in (nobody minded then: found afterwards)"
          : "Somebody signed in within an attack",
      };
    case "signed_in":
      return { tone: "block", title: "Somebody signed in again" };
    case "told":
      return { tone: "shadow", title: "The call about it was delivered" };
    case "acknowledged":
      return { tone: "deceive", title: "Acknowledged" };
    case "recovered":
      return { tone: "allow", title: "Recovered" };
    case "cleared":
      return { tone: "forward", title: "Cleared: it was its owner" };
    default:
      return { tone: "info", title: what };
  }
}

function actionMoment(action: AccountAction): Moment {
  const { route, firstAt, lastEvent, times, stopped, succeeded, amount, policies } = action;
  const counts = [
    times === 1 ? "once" : `${countText(times)} times`,
    stopped > 0 ? `${countText(stopped)} stopped` : "",
    succeeded < times - stopped ? `${countText(succeeded)} succeeded` : "",
    policies.length > 0 ? `matched ${policies.join(", ")}` : "",
  ].filter((part) => part !== "");
  return {
    at: firstAt,
    tone: amount > 0 ? "refuse" : stopped === times ? "deceive" : "forward",
    title: html`${route}${amount > 0 ? html` <strong>moved ${amountText(amount)}</strong>` : null}`,
    text: html`${counts.join(" · ")} · <a href="/events/${formatEventId(lastEvent)}">latest request</a>`,
  };
}

function sourceList(sources: readonly AccountSource[], now: number): SafeHtml {
  return html`<section class="panel" aria-labelledby="sources-title"><header><h2 id="sources-title">Tried from</h2><p>those that got in first</p></header>${
    sources.length === 0
      ? html`<p class="none">No try within an attack is known but the sign-ins above.</p>`
      : html`<div class="scroll"><table><thead><tr><th scope="col">Address</th><th scope="col" class="hide-narrow">Prints</th><th scope="col" class="number">Tries</th><th scope="col" class="number">Got in</th><th scope="col">Last</th></tr></thead><tbody>${sources.map((source) => sourceRow(source, now))}</tbody></table></div>`
  }</section>`;
}

function sourceRow(source: AccountSource, now: number): SafeHtml {
  const {
    ip,
    asn,
    asName,
    networkClass,
    country,
    skeleton,
    stack,
    ja4,
    attempts,
    stopped,
    successes,
    lastAt,
  } = source;
  const network = [country, asName ?? (asn === undefined ? undefined : `AS${asn}`)].filter(
    (part) => part !== undefined,
  );
  const prints = [skeleton, stack, ja4].filter((part) => part !== undefined);
  return html`<tr><th scope="row">${
    ip === undefined
      ? html`<span class="faint">further ones</span>`
      : html`${filterLink({ ip }, html`<code>${ip}</code>`)} ${classChip(networkClass)}<span class="sub">${network.join(" · ")}</span>`
  }</th><td class="hide-narrow">${prints.map((print) => html`<code class="print">${print}</code>`)}</td><td class="number">${countText(attempts)}<span class="sub">${countText(stopped)} stopped</span></td><td class="number">${countText(successes)}</td><td class="tight">${timeTag(lastAt, now)}</td></tr>
`;
}

function verdictPanel(account: AccountEntry): SafeHtml | null {
  if (account.state === "tried") return null;
  const button = (state: string, text: string, title: string) =>
    account.state === state
      ? null
      : html`<button name="state" value="${state}" title="${title}">${text}</button>`;
  return html`<section class="panel" aria-labelledby="verdict-title"><header><h2 id="verdict-title">What do you know?</h2></header><form class="pad verdict-form" method="post" action="/accounts/${account.id}/verdict">
<label><span>Why</span><input name="reason" required maxlength="500" autocomplete="off" placeholder="called the customer, ticket 4711"></label>
<div class="chips">${button("acknowledged", "Acknowledge", "Somebody looks after it")}${button("recovered", "Recovered", "It is its owner's again")}${button("cleared", "It was the owner", "A false alarm of the policy that raised it")}</div>
<p class="faint">Kept with your name in the audit log. After “it was the owner” or “recovered” only a later sign-in within an attack opens it again.</p></form></section>`;
}

function facts(account: AccountEntry): SafeHtml {
  const { hash, app, riskAt, riskPolicy, riskReason, signIns, amount, call, toldAt } = account;
  return factList("Account", [
    ["Keyed hash", filterLink({ account: hash }, html`<code>${hash}</code>`)],
    ["App", app],
    ["At risk since", riskAt === undefined ? "never" : exactTimeTag(riskAt)],
    [
      "Because of",
      riskPolicy === undefined
        ? "nothing"
        : html`<a href="/policies/${encodeURIComponent(riskPolicy)}">${riskPolicy}</a><span class="sub">${riskReason ?? ""}</span>`,
    ],
    ["Sign-ins within attacks", countText(signIns)],
    ["Moved afterwards", amount === 0 ? "nothing that is declared" : amountText(amount)],
    [
      "Call",
      call === undefined
        ? "none: no webhook is declared, or the policy is in shadow"
        : html`<code>${call}</code><span class="sub">${toldAt === undefined ? "not delivered yet" : html`delivered ${exactTimeTag(toldAt)}`}</span>`,
    ],
    ["Its events", filterLink({ account: hash }, "All events of this account")],
  ]);
}
