/** Switching from the console: in force before the page is shown again. */
import { AppError } from "../app-error.ts";
import type { SwitchKind } from "../store/enforcement-switch.ts";
import type { ViewerHandler } from "./console-call.ts";
import type { PolicyStatus } from "./console-context.ts";
import { seeOther } from "./console-response.ts";
import { formBody } from "./form-body.ts";

const longestReason = 500;
const kinds: readonly SwitchKind[] = ["policy", "app", "panic"];
const times: Readonly<Record<string, number>> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "4h": 14_400_000,
  "1d": 86_400_000,
  "7d": 604_800_000,
};

/** POST /switches */
export const switchSave: ViewerHandler = async ({ request, session }, { context, options }) => {
  const form = await formBody(request);
  const kind = kinds.find((one) => one === form.get("kind"));
  const to = form.get("to");
  if (kind === undefined || (to !== "on" && to !== "off")) {
    throw new AppError("bad_input", "Say what is to be switched, and whether on or off.");
  }
  const name = kind === "panic" ? "" : (form.get("name") ?? "");
  const reason = (form.get("reason") ?? "").trim().slice(0, longestReason);
  const { commands } = context.store;
  if (to === "on") await commands.switchOn({ kind, name, who: session.user, reason });
  else {
    if (reason === "") throw new AppError("bad_input", "Say why: the reason is kept.");
    checkName(kind, name, context.policyStatus());
    const since = options.now();
    const until = untilOf(form.get("for") ?? "", since);
    await commands.switchOff({ kind, name, since, until, who: session.user, reason });
  }
  await context.enforcement.refresh();
  return seeOther("/switches");
};

function untilOf(text: string, since: number): number | undefined {
  if (text === "") return undefined;
  const ms = Object.hasOwn(times, text) ? times[text] : undefined;
  if (ms === undefined) throw new AppError("bad_input", "There is no such time to choose.");
  return since + ms;
}

function checkName(kind: SwitchKind, name: string, { live }: PolicyStatus): void {
  const known = kind === "policy" ? live.policies : live.apps;
  if (kind === "panic" || known.some((one) => one.name === name)) return;
  throw new AppError("not_found", `The live set has no such ${kind}. It may have been renamed or removed.`);
}
