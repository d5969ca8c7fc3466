/** The state ports with a memory of what was opened: state that a new set does not open any more is let go. */
import type { StatePorts } from "../../dsl/index.ts";

/** Ports that pass everything on, and the ids of all state opened through them, of whatever kind. */
export function recordingPorts(ports: StatePorts): { readonly ports: StatePorts; readonly ids: Set<string> } {
  const ids = new Set<string>();
  const recording =
    <S extends { readonly id: string }, T>(open: (spec: S) => T) =>
    (spec: S): T => {
      ids.add(spec.id);
      return open(spec);
    };
  return {
    ids,
    ports: {
      open: recording((spec) => ports.open(spec)),
      openBaseline: recording((spec) => ports.openBaseline(spec)),
      openMemory: recording((spec) => ports.openMemory(spec)),
      openSequence: recording((spec) => ports.openSequence(spec)),
      openHold: recording((spec) => ports.openHold(spec)),
      openRate: recording((spec) => ports.openRate(spec)),
    },
  };
}
