/** Everything that a linked set keeps state in; the host has one store for all of it. */
import type { BaselinePort, GaugePort } from "./gauge-port.ts";
import type { HoldPort } from "./hold-port.ts";
import type { MemoryPort } from "./memory-port.ts";
import type { SequencePort } from "./sequence-port.ts";

/** Opens measures, usual values, memories, sequences, holds and rate limits. */
export type StatePorts = BaselinePort & GaugePort & HoldPort & MemoryPort & SequencePort;
