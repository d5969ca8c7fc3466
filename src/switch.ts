/** `panic` and `switch` from the command line: written to the database, which a running process asks all the time. */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { AppError } from "./app-error.ts";
import type { SwitchKind } from "./store/enforcement-switch.ts";
import { openStore, type Store } from "./store/open-store.ts";

const longestReason = 500;
const longestMs = 366 * 86_400_000;
const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What is to be switched; `to` says whether enforcement is to be off. */
export interface SwitchRequest {
  readonly kind: SwitchKind;
  readonly name: string;
  readonly isOff: boolean;
  readonly reason: string | undefined;
  /** Such as `90m`; undefined until switched on by hand. */
  readonly for: string | undefined;
}

/** Switches, and returns a sentence that says what is so now. Rejects with AppError `bad_option` or those of the store. */
export async function switchEnforcement(request: SwitchRequest, dataDir: string): Promise<string> {
  const reason = checkedReason(request);
  const forMs = request.for === undefined ? undefined : durationOf(request.for);
  // A mistyped folder must not answer that all is off while the real one goes on.
  if (!existsSync(join(dataDir, "sallyport.db"))) {
    throw new AppError("bad_option", `there is no database in ${dataDir}; name its folder with --data`);
  }
  const store = await openStore({ dataDir });
  try {
    if (request.isOff) checkName(request, store);
    return await write(request, reason, forMs, store);
  } finally {
    await store.close();
  }
}

async function write(
  { kind, name, isOff }: SwitchRequest,
  reason: string,
  forMs: number | undefined,
  { commands }: Store,
): Promise<string> {
  const who = `command line (${userInfo().username})`;
  const what = kind === "panic" ? "enforcement" : `${kind} ${name}`;
  if (!isOff) {
    const wasOff = await commands.switchOn({ kind, name, who, reason });
    return wasOff ? `${what} is on again` : `${what} was not switched off`;
  }
  const since = Date.now();
  const until = forMs === undefined ? undefined : since + forMs;
  await commands.switchOff({ kind, name, since, until, who, reason });
  const end = until === undefined ? "until it is switched on" : `until ${new Date(until).toISOString()}`;
  return `${what} is in shadow ${end}: everything is recorded, nothing is stopped`;
}

function checkedReason({ isOff, reason = "" }: SwitchRequest): string {
  const text = reason.trim();
  if (isOff && text === "") throw new AppError("bad_option", "say why, with --reason: it is kept");
  if (text.length > longestReason) {
    throw new AppError("bad_option", `a reason has at most ${longestReason} characters`);
  }
  return text;
}

/** The time of `90s`, `30m`, `2h` or `1d` in ms. Throws AppError `bad_option`. */
function durationOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0);
  if (ms > 0 && ms <= longestMs) return ms;
  throw new AppError("bad_option", `\`${text}\` is no time such as 30m, 2h or 1d`);
}

interface Named {
  readonly name: string;
}

function checkName({ kind, name }: SwitchRequest, { boot }: Store): void {
  if (kind === "panic") return;
  const ir = boot.latestRevision()?.ir as
    | { policies?: readonly Named[]; apps?: readonly Named[] }
    | undefined;
  const known = (kind === "policy" ? ir?.policies : ir?.apps) ?? [];
  if (known.some((one) => one.name === name)) return;
  const names = known.map((one) => one.name).toSorted();
  throw new AppError("bad_option", `there is no ${kind} \`${name}\` in the live set: ${names.join(", ")}`);
}
