/**
 * Makes a data directory in which one measure has very many live keys, as a process of its own:
 * `bun live-keys.ts DATA POLICIES MEASURE KEYS`. Set and measures are opened as `serve` opens them and the file is the
 * one that it takes up.
 */
import { join } from "node:path";
import type { GaugeSpec } from "../../dsl/index.ts";
import { GaugeFile } from "../../src/gauge/gauge-file.ts";
import { GaugeStore, type LiveGauge } from "../../src/gauge/gauge-store.ts";
import { ActivePolicies } from "../../src/judge/active-policies.ts";
import { openStore } from "../../src/store/open-store.ts";
import { clientAddressOf } from "./client-addresses.ts";

const maxBytes = 268_435_456;

/** Remembers which gauge is whose. */
class NamedGauges extends GaugeStore {
  readonly byName = new Map<string, LiveGauge>();

  override open(spec: GaugeSpec): LiveGauge {
    const gauge = super.open(spec);
    this.byName.set(spec.name, gauge);
    return gauge;
  }
}

const [dataDir = "", folder = "", measure = "", keys = ""] = process.argv.slice(2);
const store = await openStore({ dataDir });
const gauges = new NamedGauges({ maxBytes, seed: store.boot.secret("gauge-seed", 8) });
const policies = await ActivePolicies.open({
  folder,
  store,
  gauges,
  salt: "",
  changed: () => undefined,
  failed: (error) => {
    throw error;
  },
});
const gauge = gauges.byName.get(measure);
if (!gauge) throw new Error(`there is no measure ${measure}: ${[...gauges.byName.keys()].join(", ")}`);
for (let client = 0; client < Number(keys); client++) gauge.observe(clientAddressOf(client), "", Date.now());
const live = gauges.usage().find(({ name }) => name === measure)?.keys ?? 0;
if (live < Number(keys)) throw new Error(`only ${live} of ${keys} keys found room`);
await new GaugeFile(join(dataDir, "gauges.bin"), gauges).save(Date.now());
policies.close();
await store.close();
process.exit(0);
