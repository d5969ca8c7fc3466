/** `sallyport outbox`: looks at what is told to others, sends dead deliveries again, gives up pending ones. Works while the server runs, which notices within half a minute. */
import { AppError } from "./app-error.ts";
import { openStore, type Store } from "./store/open-store.ts";
import type { OutboxEntry, OutboxState } from "./store/outbox-rows.ts";

const listed = 1000;
const states: readonly OutboxState[] = ["pending", "delivered", "dead", "dropped"];

/** How the outbox is listed. */
export interface ListOptions {
  readonly data: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** Prints deliveries, newest first. Rejects with AppError `bad_option` for a state that there is not. */
export async function listOutbox({ data, state, json }: ListOptions): Promise<string> {
  const wanted = states.find((one) => one === state);
  if (state !== undefined && !wanted) {
    throw new AppError("bad_option", `--state wants ${states.join(", ")}, not \`${state}\``);
  }
  const { entries, counts } = await withStore(data, (store) => store.reader.outbox(wanted, listed));
  if (json === true) return JSON.stringify({ counts, entries }, null, 2);
  const sums = states.map((one) => `${counts[one]} ${one}`).join(", ");
  return [sums, ...entries.map(line)].join("\n");
}

/** Makes deliveries pending again; those that are named, or all dead ones. */
export async function resendOutbox(data: string, ids: readonly string[], isAll: boolean): Promise<string> {
  const chosen = chosenOf(ids, isAll);
  const changed = await withStore(data, async (store) => {
    const count = await store.commands.resendDeliveries(chosen);
    await audit(store, "outbox.resend", ids, count);
    return count;
  });
  return `${changed} will be sent again`;
}

/** Gives deliveries up; those that are named, or all dead ones. */
export async function dropOutbox(data: string, ids: readonly string[], isAll: boolean): Promise<string> {
  const chosen = chosenOf(ids, isAll);
  const changed = await withStore(data, async (store) => {
    const count = await store.commands.dropDeliveries(chosen);
    await audit(store, "outbox.drop", ids, count);
    return count;
  });
  return `${changed} were dropped`;
}

function chosenOf(ids: readonly string[], isAll: boolean): readonly string[] | "all_dead" {
  if (isAll === ids.length > 0) throw new AppError("bad_option", "name deliveries, or say --all-dead");
  return isAll ? "all_dead" : ids;
}

async function audit(store: Store, action: string, ids: readonly string[], count: number): Promise<void> {
  const detail = ids.length === 0 ? `${count} dead` : ids.slice(0, 10).join(" ");
  if (count > 0) await store.commands.audit({ who: "command line", action, detail });
}

async function withStore<T>(dataDir: string, run: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ dataDir });
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}

function line(entry: OutboxEntry): string {
  const { id, state, target, policy, attempts, problem, createdAt } = entry;
  const went = problem === undefined ? "" : `  ${problem}`;
  return `${new Date(createdAt).toISOString()}  ${state.padEnd(9)}  ${id}  ${target}  by ${policy}  ${attempts} tries${went}`;
}
