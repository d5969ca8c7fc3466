/** The ledger of accounts: list, one story, export, and what people say of an account. */
import { type AccountQuery, accountQueryNames } from "../../views/account-query.ts";
import { accountPage } from "../../views/pages/account-page.ts";
import { accountsPage } from "../../views/pages/accounts-page.ts";
import { AppError } from "../app-error.ts";
import {
  type AccountEntry,
  type AccountFilter,
  type AccountStory,
  type AccountVerdict,
  accountStates,
} from "../store/account-rows.ts";
import { formatEventId } from "../store/event-row.ts";
import type { ViewerHandler } from "./console-call.ts";
import type { ConsoleContext } from "./console-context.ts";
import { htmlResponse, jsonResponse, seeOther } from "./console-response.ts";
import { csvText } from "./csv-text.ts";
import { formBody } from "./form-body.ts";

const shown = 50;
const exportedAtOnce = 1000;
const mostExported = 200_000;
const longestValue = 256;
const longestReason = 500;
const verdicts: readonly AccountVerdict["state"][] = ["acknowledged", "recovered", "cleared"];

/** GET /accounts */
export const accountsShow: ViewerHandler = async ({ frame, url }, { context, options }) => {
  const query = queryOf(url);
  const accounts = await context.store.reader.accounts(filterOf(query, context), query.after, shown);
  const apps = context.policyStatus().live.apps.map(({ name }) => name);
  return htmlResponse(accountsPage(frame, { query, accounts, apps, now: options.now() }));
};

/** GET /api/v1/accounts */
export const accountsJson: ViewerHandler = async ({ url }, { context }) => {
  const query = queryOf(url);
  return jsonResponse(await context.store.reader.accounts(filterOf(query, context), query.after, shown));
};

/** GET /accounts/:id */
export const accountShow: ViewerHandler = async ({ frame, parameters }, { context, options }) => {
  const story = await findStory(context, parameters["id"]);
  return htmlResponse(accountPage(frame, { story, now: options.now() }));
};

/** GET /api/v1/accounts/:id */
export const accountJson: ViewerHandler = async ({ parameters }, { context }) =>
  jsonResponse(await findStory(context, parameters["id"]));

/** POST /accounts/:id/verdict */
export const accountJudge: ViewerHandler = async (call, { context }) => {
  const id = await judge(call, context);
  return seeOther(`/accounts/${id}`);
};

/** POST /api/v1/accounts/:id/verdict */
export const accountJudgeJson: ViewerHandler = async (call, { context }) => {
  await judge(call, context);
  return jsonResponse(await findStory(context, call.parameters["id"]));
};

/** GET /accounts.csv */
export const accountsCsv: ViewerHandler = ({ url }, { context }) => {
  const query = queryOf(url);
  const filter = filterOf(query, context);
  const { reader } = context.store;
  const encoder = new TextEncoder();
  let after: string | undefined;
  let exported = 0;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(csvText([columns.map(([name]) => name)]))),
    pull: async (controller) => {
      const { accounts, next } = await reader.accounts(filter, after, exportedAtOnce);
      controller.enqueue(
        encoder.encode(csvText(accounts.map((entry) => columns.map(([, read]) => read(entry))))),
      );
      exported += accounts.length;
      after = next;
      if (next === undefined || exported >= mostExported) controller.close();
    },
  });
  const name = `accounts-${new Date().toISOString().slice(0, 10)}.csv`;
  return new Response(stream, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
    },
  });
};

const timeText = (at: number | undefined) => (at === undefined ? "" : new Date(at).toISOString());
const columns: readonly (readonly [string, (entry: AccountEntry) => string | number])[] = [
  ["account", ({ hash }) => hash],
  ["app", ({ app }) => app],
  ["state", ({ state }) => state],
  ["at_risk_since", ({ riskAt }) => timeText(riskAt)],
  ["found_afterwards", ({ isFoundLater }) => (isFoundLater ? "yes" : "no")],
  ["policy", ({ riskPolicy }) => riskPolicy ?? ""],
  ["reason", ({ riskReason }) => riskReason ?? ""],
  ["sign_ins", ({ signIns }) => signIns],
  ["amount_moved", ({ amount }) => amount],
  ["tries", ({ attempts }) => attempts],
  ["tries_stopped", ({ stopped }) => stopped],
  ["first_tried", ({ firstAt }) => timeText(firstAt)],
  ["last_tried", ({ lastAt }) => timeText(lastAt)],
  ["call", ({ call }) => call ?? ""],
  ["told_at", ({ toldAt }) => timeText(toldAt)],
  ["event", ({ riskEvent }) => (riskEvent === undefined ? "" : formatEventId(riskEvent))],
];

async function judge(
  { request, parameters, session }: Parameters<ViewerHandler>[0],
  { store }: ConsoleContext,
): Promise<number> {
  const id = idOf(parameters["id"]);
  const form = await formBody(request);
  const state = verdicts.find((one) => one === form.get("state"));
  const reason = (form.get("reason") ?? "").trim().slice(0, longestReason);
  if (state === undefined) throw new AppError("bad_input", "Say acknowledged, recovered or cleared.");
  if (reason === "") throw new AppError("bad_input", "Say why: the reason is kept.");
  if (await store.commands.judgeAccount({ id, state, who: session.user, reason })) return id;
  throw new AppError("not_found", "There is no such account at risk, or that is known already.");
}

async function findStory({ store }: ConsoleContext, text: string | undefined): Promise<AccountStory> {
  const story = await store.reader.accountStory(idOf(text));
  if (story) return story;
  throw new AppError("not_found", "There is no such account. It may have been erased.");
}

function idOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new AppError("not_found", "There is no such account.");
}

function queryOf(url: URL): AccountQuery {
  const query: Partial<Record<(typeof accountQueryNames)[number], string>> = {};
  for (const name of accountQueryNames) {
    const value = url.searchParams.get(name)?.trim().slice(0, longestValue);
    if (value !== undefined && value !== "") query[name] = value;
  }
  return query;
}

function filterOf({ q, state, app, policy }: AccountQuery, { accounts }: ConsoleContext): AccountFilter {
  const known = [...accountStates, "open" as const].find((one) => one === state);
  if (state !== undefined && known === undefined) throw new AppError("bad_input", "There is no such state.");
  return { state: known, app, policy, hash: q === undefined ? undefined : accounts?.hash(q) };
}
