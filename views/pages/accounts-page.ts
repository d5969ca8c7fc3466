/** The accounts page: whom attacks tried, whom they got, what that costs, and whether somebody looks after it. */
import { html, type SafeHtml } from "@remix-run/html-template";
import {
  type AccountEntry,
  type AccountPage,
  type AccountState,
  accountStates,
} from "../../src/store/account-rows.ts";
import { type AccountQuery, accountsHref } from "../account-query.ts";
import { accountBadge, accountStateLabel, accountStateMeaning } from "../fragments/account-state.ts";
import { amountText } from "../fragments/money-text.ts";
import { countText } from "../fragments/number-text.ts";
import { timeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** What the page shows. */
export interface AccountsModel {
  readonly query: AccountQuery;
  readonly accounts: AccountPage;
  readonly apps: readonly string[];
  readonly now: number;
}

/** The whole page. */
export function accountsPage(frame: Frame, model: AccountsModel): SafeHtml {
  return page(
    frame,
    "accounts",
    "Accounts",
    html`<div class="page-head"><h1>Accounts</h1><p class="lead">Whom attacks tried, whom they got, and what became of it</p><a class="button push" href="/why">Why was I stopped?</a></div>
<div class="stack">
${tiles(model.accounts)}
${filter(model)}
${list(model)}
</div>`,
  );
}

function tiles({ counts, amount }: AccountPage): SafeHtml {
  const open = counts.at_risk + counts.told + counts.acknowledged;
  return html`<dl class="tiles">
${tile("Open", countText(open), "taken over, not yet recovered", open > 0)}
${tile("Nobody told", countText(counts.at_risk), untoldNote(counts), counts.at_risk > 0)}
${tile("Moved afterwards", amountText(amount), "declared amounts, cleared ones left out")}
${tile("Recovered", countText(counts.recovered), `${countText(counts.cleared)} cleared: it was the owner`)}
${tile("Tried in vain", countText(counts.tried), "an attack did not get in")}
</dl>`;
}

function untoldNote({ at_risk, told, acknowledged, recovered }: AccountPage["counts"]): string {
  if (at_risk > 0) return "waiting, or no webhook is declared";
  return told + acknowledged + recovered > 0 ? "everybody concerned was called" : "there was nobody to tell";
}

function tile(name: string, value: string, note: string, isBad = false): SafeHtml {
  return html`<div class="tile"><dt>${name}</dt><dd${isBad ? html` class="tone tone-block"` : null}>${value}</dd><dd class="note">${note}</dd></div>`;
}

function filter({ query, apps }: AccountsModel): SafeHtml {
  return html`<form class="panel" method="get" action="/accounts" role="search" aria-label="Find accounts"><div class="filters accounts">
<label class="span-2"><span>Customer</span><input type="search" name="q" value="${query.q ?? ""}" placeholder="name as he signs in, or a keyed hash" autocomplete="off" spellcheck="false" maxlength="256"></label>
<label><span>App</span><select name="app"><option value="">Any app</option>${apps.map((app) => html`<option value="${app}"${app === query.app ? html` selected` : null}>${app}</option>`)}</select></label>
${query.state === undefined ? null : html`<input type="hidden" name="state" value="${query.state}">`}
<div class="actions"><button>Find</button><a class="button" href="/accounts">Clear</a></div>
</div></form>`;
}

function list(model: AccountsModel): SafeHtml {
  const { accounts, query } = model;
  const csv = accountsHref("/accounts.csv", query);
  return html`<section class="panel" aria-labelledby="accounts-title"><header><h2 id="accounts-title">Ledger</h2><nav class="chips" aria-label="State">${stateChip(query, undefined, "Taken over", undefined)}${stateChip(query, "open", "Open", undefined)}${accountStates.map((state) => stateChip(query, state, accountStateLabel[state], accounts.counts[state]))}</nav><a class="button small push" href="${csv}">Export CSV</a></header>
${
  accounts.accounts.length === 0
    ? html`<p class="none">${noneText(query)}</p>`
    : html`<div class="scroll"><table class="accounts"><thead><tr><th scope="col">Account</th><th scope="col">State</th><th scope="col">Since</th><th scope="col" class="number">Moved</th><th scope="col" class="number hide-narrow">Tries</th><th scope="col" class="hide-narrow">By</th></tr></thead><tbody>${accounts.accounts.map((entry) => row(entry, model.now))}</tbody></table></div>`
}
<div class="pager">${
    query.after === undefined
      ? null
      : html`<a class="button small" href="${accountsHref("/accounts", query)}">First page</a>`
  }${
    accounts.next === undefined
      ? null
      : html`<a class="button small" href="${accountsHref("/accounts", query, { after: accounts.next })}">Older</a>`
  }<span class="push" role="status">${accounts.accounts.length === 1 ? "1 account" : `${accounts.accounts.length} accounts`}</span></div></section>`;
}

function stateChip(
  query: AccountQuery,
  state: AccountState | "open" | undefined,
  text: string,
  count: number | undefined,
): SafeHtml {
  const isCurrent = query.state === state;
  const title = state === undefined || state === "open" ? undefined : accountStateMeaning[state];
  return html`<a class="chip" href="${accountsHref("/accounts", query, { state: state ?? "" })}"${isCurrent ? html` aria-current="true"` : null}${title === undefined ? null : html` title="${title}"`}>${text}${count === undefined ? null : html` <span class="faint">${countText(count)}</span>`}</a>`;
}

function row(entry: AccountEntry, now: number): SafeHtml {
  const { id, hash, app, state, riskAt, lastAt, amount, attempts, stopped, isFoundLater, riskPolicy } = entry;
  return html`<tr><th scope="row"><a href="/accounts/${id}"><code>${hash.slice(0, 12)}</code></a><span class="sub">${app}</span></th><td class="tight">${accountBadge(state)}${isFoundLater ? html`<span class="sub">found afterwards</span>` : null}</td><td class="tight">${timeTag(riskAt ?? lastAt, now)}</td><td class="number">${amount === 0 ? html`<span class="faint">–</span>` : amountText(amount)}</td><td class="number hide-narrow">${countText(attempts)}<span class="sub">${countText(stopped)} stopped</span></td><td class="hide-narrow">${
    riskPolicy === undefined
      ? html`<span class="faint">–</span>`
      : html`<a href="/policies/${encodeURIComponent(riskPolicy)}">${riskPolicy}</a>`
  }</td></tr>
`;
}

function noneText({ q, state }: AccountQuery): string | SafeHtml {
  if (q !== undefined) return "No attack that is known has had to do with this account.";
  if (state === "tried") return "No attack has tried an account lately.";
  if (state !== undefined) return "There are none of these.";
  return html`No account was taken over as far as anybody knows. A sign-in that succeeds although a policy that stops or labels it <code>ato</code> matched appears here.`;
}
