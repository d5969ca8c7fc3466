/** What is known of accounts beyond one request: their sessions, their past, their devices. */
import type { AppSummary, PolicySet, StatePorts } from "../../dsl/index.ts";
import type { RiskyAccounts } from "../describe/account-past.ts";
import type { AppDevices, DeviceCookies } from "../describe/device-cookie.ts";
import type { Facts } from "../describe/facts.ts";
import type { FlowMemory } from "../describe/flow.ts";
import { flowFields } from "../describe/flow-fields.ts";
import type { AccountHistory } from "../gauge/account-history.ts";
import type { GaugeStore } from "../gauge/gauge-store.ts";
import type { SessionBook } from "../gauge/session-book.ts";

/** What judging asks and settling tells; whatever is left out reads as missing. */
export interface AccountEvidence {
  readonly sessions: SessionBook;
  /** Kept while a live policy reads it. */
  readonly history?: AccountHistory | undefined;
  readonly devices?: DeviceCookies | undefined;
  readonly risks?: RiskyAccounts | undefined;
  /** Kept while a live policy reads it. */
  readonly flows?: FlowMemory | undefined;
}

/** True if the set reads what clients did before. */
export function readsFlow({ reads }: PolicySet<Facts>): boolean {
  return flowFields.some(({ name }) => reads?.has(name));
}

/** Fields that ask what an account did before. */
const pastFields = ["account.known", "account.new_stack", "account.new_net", "account.idle"];
const history = { id: "account history, 1", name: "accounts" } as const;

/** State of all kinds, with accounts' past beside what policies declare. */
export type EvidencePorts = StatePorts & Partial<Pick<GaugeStore, "openHistory">>;

/** Opens accounts' past if the set reads it, and adds its id to those in use. */
export function openHistory(
  set: PolicySet<Facts>,
  ports: EvidencePorts,
  ids: Set<string>,
): AccountHistory | undefined {
  if (!pastFields.some((field) => set.reads?.has(field))) return undefined;
  ids.add(history.id);
  return ports.openHistory?.(history);
}

const devicesOf = new WeakMap<AppSummary, AppDevices>();

/** How an app's device cookies are read and made; undefined where it has none. */
export function devicesAt(app: AppSummary, cookies: DeviceCookies | undefined): AppDevices | undefined {
  const { deviceCookie } = app;
  if (!deviceCookie || !cookies) return undefined;
  let devices = devicesOf.get(app);
  if (devices?.cookies !== cookies) {
    devices = { cookies, scope: { app: app.name, ...deviceCookie } };
    devicesOf.set(app, devices);
  }
  return devices;
}
