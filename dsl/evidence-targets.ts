/** Where evidence comes from: the targets of measures, memories and steps. */
import type { TargetNode } from "./ast.ts";
import type { Program } from "./program.ts";

/** Every target of a measure, a memory or a step of a sequence. */
export function evidenceTargets(program: Program): TargetNode[] {
  return [
    ...program.of("measure").flatMap(({ target }) => (target ? [target] : [])),
    ...program.of("remember").flatMap(({ target }) => (target ? [target] : [])),
    ...program.of("sequence").flatMap(({ steps }) => steps.map(({ target }) => target)),
  ];
}
