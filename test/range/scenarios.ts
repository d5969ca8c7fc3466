/** All scenarios, in the order in which `range all` runs them. */
import { otherScenarios } from "./other-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { stuffingScenarios } from "./stuffing-scenarios.ts";

const nullEvents: readonly Scenario[] = (
  [
    ["outage_errors", "sign-in answers 500 for a quarter of an hour"],
    ["outage_refusals", "sign-in refuses everybody's password for a quarter of an hour"],
    ["app_release", "phones get an app whose headers differ"],
    ["flash_sale", "five times the customers within an hour"],
    ["reset_mailing", "everybody is asked to reset the password"],
    ["office_move", "an office moves to another network"],
  ] as const
).map(([event, about]) => ({ name: event, about, event, minutes: 60, speed: 400 }));

/** Every scenario. */
export const scenarios: readonly Scenario[] = [...stuffingScenarios, ...otherScenarios, ...nullEvents];
