/** "Why was I stopped?", and releases from being stopped for a time. */
import type { ExplainedStop, ReleaseTarget, WhyAnswer } from "../../views/pages/why-page.ts";
import { whyPage } from "../../views/pages/why-page.ts";
import { parseCidr } from "../accept/cidr.ts";
import { AppError } from "../app-error.ts";
import type { Release } from "../store/account-rows.ts";
import { type EventRow, formatEventId, parseEventId } from "../store/event-row.ts";
import type { EventFilter } from "../store/store-reader.ts";
import type { ViewerHandler } from "./console-call.ts";
import type { ConsoleContext } from "./console-context.ts";
import { htmlResponse, jsonResponse, seeOther } from "./console-response.ts";
import { eventJson } from "./event-json.ts";
import { formBody } from "./form-body.ts";
import { readReceipt } from "./receipt-read.ts";

const looked = 200;
const explained = 10;
const longestQuestion = 256;
const longestReason = 500;
const times: Readonly<Record<string, number>> = {
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 7 * 86_400_000,
  "30d": 30 * 86_400_000,
};

/** GET /why */
export const whyShow: ViewerHandler = async ({ frame, url }, { context, options }) => {
  const question = questionOf(url);
  const releases = await context.store.reader.releases();
  const found = question === "" ? undefined : await answerTo(question, context);
  const [answer, trouble] = typeof found === "string" ? [undefined, found] : [found, undefined];
  return htmlResponse(whyPage(frame, { question, answer, trouble, releases, now: options.now() }));
};

/** GET /api/v1/why */
export const whyJson: ViewerHandler = async ({ url }, { context }) => {
  const found = await answerTo(questionOf(url), context);
  if (typeof found === "string") throw new AppError("not_found", found);
  const stops = found.stops.map(({ event, receipt }) => Object.assign(eventJson(event), receipt));
  return jsonResponse({ ...found, stops });
};

/** GET /api/v1/releases */
export const releasesJson: ViewerHandler = async (_, { context }) =>
  jsonResponse(await context.store.reader.releases());

/** POST /releases */
export const releaseSave: ViewerHandler = async (call, services) => {
  await save(call, services);
  return seeOther("/why");
};

/** POST /api/v1/releases */
export const releaseSaveJson: ViewerHandler = async (call, services) => {
  await save(call, services);
  return jsonResponse(await services.context.store.reader.releases(), 201);
};

/** POST /releases/end */
export const releaseEnd: ViewerHandler = async ({ request, session }, { context }) => {
  const form = await formBody(request);
  const { kind, key } = targetOf(form, context);
  if (!(await context.store.commands.endRelease({ kind, key, who: session.user }))) {
    throw new AppError("not_found", "There is no such release; it may have ended.");
  }
  await context.accounts?.refreshReleases();
  return seeOther("/why");
};

async function save(
  { request, session }: Parameters<ViewerHandler>[0],
  { context, options }: Parameters<ViewerHandler>[1],
): Promise<void> {
  const form = await formBody(request);
  const { kind, key } = targetOf(form, context);
  const reason = (form.get("reason") ?? "").trim().slice(0, longestReason);
  const time = form.get("for") ?? "";
  const ms = Object.hasOwn(times, time) ? times[time] : undefined;
  if (ms === undefined) throw new AppError("bad_input", "There is no such time to choose.");
  if (reason === "") throw new AppError("bad_input", "Say why: the reason is kept.");
  const since = options.now();
  await context.store.commands.release({ kind, key, since, until: since + ms, who: session.user, reason });
  await context.accounts?.refreshReleases();
}

/** An account by its hash, or by `name`; an address or network. */
function targetOf(form: URLSearchParams, { accounts }: ConsoleContext): Pick<Release, "kind" | "key"> {
  const name = form.get("name")?.trim() ?? "";
  const key = form.get("key")?.trim() ?? "";
  if (name !== "" && accounts) return { kind: "account", key: accounts.hash(name) };
  if (form.get("kind") === "account" && /^[0-9a-f]{32}$/.test(key)) return { kind: "account", key };
  if (form.get("kind") === "address" && parseCidr(key)) return { kind: "address", key };
  throw new AppError("bad_input", "Say whom to release: an account, or an address.");
}

/** What is known; a sentence where the question makes no sense. */
async function answerTo(question: string, context: ConsoleContext): Promise<WhyAnswer | string> {
  const id = parseEventId(question);
  if (id !== undefined) return aboutEvent(id, context);
  if (parseCidr(question)) {
    return answerFor(`Address ${question}`, { ip: question }, [{ kind: "address", key: question }], context);
  }
  const hash = context.accounts?.hash(question);
  if (question === "" || hash === undefined) return "Write a name, an address or an event's number.";
  return answerFor("This customer", { accountHash: hash }, [{ kind: "account", key: hash }], context);
}

async function aboutEvent(id: number, { store }: ConsoleContext): Promise<WhyAnswer | string> {
  await store.events.flush();
  const event = (await store.reader.event(id))?.event;
  if (!event) return `There is no event ${formatEventId(id)}; it may be older than events are kept.`;
  const { accountHash, ip } = event;
  const targets: ReleaseTarget[] = [{ kind: "address", key: ip }];
  if (accountHash !== undefined) targets.unshift({ kind: "account", key: accountHash });
  return {
    about: `Event ${formatEventId(id)}`,
    stops: isStop(event) ? [explain(event)] : [],
    looked: 1,
    stopped: isStop(event) ? 1 : 0,
    targets,
    accounts: await accountsOf(store, accountHash),
  };
}

async function answerFor(
  about: string,
  filter: EventFilter,
  targets: readonly ReleaseTarget[],
  { store }: ConsoleContext,
): Promise<WhyAnswer> {
  await store.events.flush();
  const { events } = await store.reader.events(filter, undefined, looked);
  const stopped = events.filter(isStop);
  const details = await Promise.all(stopped.slice(0, explained).map(({ id }) => store.reader.event(id)));
  const stops = details.flatMap((detail) => (detail ? [explain(detail.event)] : []));
  const accounts = await accountsOf(store, filter.accountHash);
  return { about, stops, looked: events.length, stopped: stopped.length, targets, accounts };
}

async function accountsOf(
  { reader }: ConsoleContext["store"],
  hash: string | undefined,
): Promise<WhyAnswer["accounts"]> {
  return hash === undefined ? [] : (await reader.accounts({ hash }, undefined, 10)).accounts;
}

function explain(event: EventRow): ExplainedStop {
  return { event, receipt: readReceipt(event.receipt) };
}

const stopping: ReadonlySet<EventRow["decision"]> = new Set(["block", "deceive", "refuse"]);

function isStop({ decision }: EventRow): boolean {
  return stopping.has(decision);
}

function questionOf(url: URL): string {
  return (url.searchParams.get("q") ?? "").trim().slice(0, longestQuestion);
}
