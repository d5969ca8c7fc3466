/** What a scenario is made of: customers as ever, and either an attack on top or an event that only looks like one. */
import type { AddressPools } from "./address-pools.ts";
import type { Dice } from "./seeded-dice.ts";
import type { AttackPlace } from "./stuffing.ts";

/** What the attack's author can draw on. */
export interface AttackContext {
  readonly dice: Dice;
  readonly pools: AddressPools;
  readonly place: AttackPlace;
  /** The first account that belongs to nobody who shops today: what attackers have are the accounts from here on. */
  readonly firstVictim: number;
  /** Addresses of customers at home: proxies on infected machines share them. */
  readonly homes: readonly string[];
}

/** An attack, and how much it would yield if nothing stood in its way. */
export interface Attack {
  readonly planned: number;
  /** How many things the attacker would learn or gain. */
  readonly worth: number;
  run(): Promise<void>;
}

/** An event in the life of the shop that is no attack. */
export type NullEvent =
  | "outage_errors"
  | "outage_refusals"
  | "app_release"
  | "flash_sale"
  | "reset_mailing"
  | "office_move";

/** How much less an attacker must learn than without protection, as a share. */
export type MustFall = 0.95 | 0.8;

/** One scenario; `must` belongs to attacks. */
export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly must?: MustFall;
  /** Some customers come with true Chromium over HTTPS, as in the days before; elsewhere they would only cost time. */
  readonly hasChromium?: boolean;
  readonly attack?: (context: AttackContext) => Attack;
  readonly event?: NullEvent;
  /** Compressed minutes that the attack or event lasts at most. */
  readonly minutes: number;
  /** How many compressed ms pass in one during it. */
  readonly speed: number;
}
