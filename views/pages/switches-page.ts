/** The page of switches: panic for all, one switch an app and a policy, and what caps and guards measure. */
import { html, type SafeHtml } from "@remix-run/html-template";
import type { AppSummary, PolicySummary, SafetyState } from "../../dsl/index.ts";
import type { EnforcementSwitch, SwitchKind } from "../../src/store/enforcement-switch.ts";
import { badge } from "../fragments/decision-badge.ts";
import { exactTimeTag } from "../fragments/time-tag.ts";
import { type Frame, page } from "../layout.ts";

/** What is off, and how the rest stands. */
export interface SwitchesModel {
  readonly apps: readonly AppSummary[];
  readonly policies: readonly PolicySummary[];
  readonly switches: readonly EnforcementSwitch[];
  readonly states: readonly SafetyState[];
  readonly frozen: readonly { readonly app: string; readonly detail: string }[];
}

interface Row {
  readonly kind: SwitchKind;
  readonly name: string;
  readonly off: EnforcementSwitch | undefined;
}

/** The whole page. */
export function switchesPage(frame: Frame, model: SwitchesModel): SafeHtml {
  return page(
    frame,
    "policies",
    "Switches",
    html`<p class="crumbs"><a href="/policies">Policies</a> / Switches</p>
<div class="page-head"><h1>Switches</h1><p class="lead">What is switched off is still evaluated and recorded, and stops nobody. A change is in force at once, kept over restarts, and written to the audit log.</p></div>
<div class="stack">
${panicPanel(model)}
${model.frozen.map(({ app, detail }) => html`<div class="notice tone-error"><h2>${app} is in trouble of its own</h2><p>Policies that count begin with nobody new until it is well again. ${detail}</p></div>`)}
${appPanel(model)}
${policyPanel(model)}
</div>`,
  );
}

function panicPanel({ switches }: SwitchesModel): SafeHtml {
  const off = switches.find(({ kind }) => kind === "panic");
  return html`<section class="panel" aria-labelledby="panic-title"><header><h2 id="panic-title">Panic</h2><p>everything at once, for when customers are being hurt and there is no time to find out by what</p></header><div class="pad">${switchForm({ kind: "panic", name: "", off })}</div></section>`;
}

function appPanel({ apps, switches }: SwitchesModel): SafeHtml {
  return html`<section class="panel" aria-labelledby="apps-title"><header><h2 id="apps-title">Apps</h2></header>${
    apps.length === 0
      ? html`<p class="none">No app is declared yet.</p>`
      : html`<div class="scroll"><table><thead><tr><th scope="col">App</th><th scope="col">Enforcement</th></tr></thead><tbody>${apps.map(
          ({ name }) =>
            html`<tr><th scope="row">${name}</th><td>${switchForm({ kind: "app", name, off: findOff(switches, "app", name) })}</td></tr>`,
        )}</tbody></table></div>`
  }</section>`;
}

function policyPanel({ policies, switches, states }: SwitchesModel): SafeHtml {
  const enforced = policies.filter(({ mode }) => mode === "enforce");
  return html`<section class="panel" aria-labelledby="policies-title"><header><h2 id="policies-title">Enforced policies</h2><p>beyond its cap, or with a broken guard, a policy only marks</p></header>${
    enforced.length === 0
      ? html`<p class="none">No policy is enforced.</p>`
      : html`<div class="scroll"><table><thead><tr><th scope="col">Policy</th><th scope="col">Harm, measured</th><th scope="col">Enforcement</th></tr></thead><tbody>${enforced.map(
          ({ name }) =>
            html`<tr><th scope="row"><a href="/policies/${encodeURIComponent(name)}">${name}</a></th><td>${measured(states.find(({ policy }) => policy === name))}</td><td>${switchForm({ kind: "policy", name, off: findOff(switches, "policy", name) })}</td></tr>`,
        )}</tbody></table></div>`
  }</section>`;
}

function measured(state: SafetyState | undefined): SafeHtml {
  if (state === undefined) return html`<span class="faint">stops nobody</span>`;
  const beyond = state.isCapped
    ? badge("error", "beyond its cap", "It only marks until it is back under it.")
    : null;
  const broken = state.isGuardBroken
    ? badge("error", "guard broken", "Its holdout shows harm: it only marks.")
    : null;
  return html`${beyond} ${broken}<span class="sub">${state.cap}</span>${state.guard === undefined ? null : html`<span class="sub">${state.guard}</span>`}`;
}

function findOff(
  switches: readonly EnforcementSwitch[],
  kind: SwitchKind,
  name: string,
): EnforcementSwitch | undefined {
  return switches.find((one) => one.kind === kind && one.name === name);
}

const times = ["15m", "1h", "4h", "1d", "7d"] as const;

/** A form that changes the one switch: what it is now, and a button that says what pressing it does. */
function switchForm({ kind, name, off }: Row): SafeHtml {
  const what = kind === "panic" ? "everything" : `${kind} ${name}`;
  const hidden = html`<input type="hidden" name="kind" value="${kind}"><input type="hidden" name="name" value="${name}">`;
  if (off) {
    return html`<form class="switch" method="post" action="/switches">${hidden}<input type="hidden" name="to" value="on">
<p>${badge("block", kind === "panic" ? "panic is on" : "off", "Nothing is stopped by it.")} since ${exactTimeTag(off.since)}${off.until === undefined ? null : html`, until ${exactTimeTag(off.until)}`} by ${off.who}<span class="sub">${off.reason}</span></p>
<button aria-label="Switch ${what} on again">${kind === "panic" ? "End panic" : "Switch on"}</button></form>`;
  }
  return html`<form class="switch" method="post" action="/switches">${hidden}<input type="hidden" name="to" value="off">
<input name="reason" placeholder="Why" aria-label="Why ${what} is switched off" required maxlength="500" autocomplete="off">
<select name="for" aria-label="For how long"><option value="">no end</option>${times.map((time) => html`<option value="${time}">for ${time}</option>`)}</select>
<button${kind === "panic" ? html` class="danger"` : null} aria-label="Switch ${what} off">${kind === "panic" ? "Stop nothing any more" : "Switch off"}</button></form>`;
}
