import type { GaugePort } from "./gauge-port.ts";
import type { ListPort } from "./list-port.ts";
import type { PolicyIr } from "./policy-ir.ts";
import type { PolicySet } from "./policy-set.ts";
import type { Scheme } from "./scheme.ts";

/** Makes a set that decides, without parsing policy text. */
export declare function linkPolicies<F>(
  ir: PolicyIr,
  scheme: Scheme<F>,
  ports: { gauges: GaugePort; lists: ListPort },
): PolicySet<F>;
