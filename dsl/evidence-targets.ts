/** Where evidence comes from: the targets of measures, memories, steps and of what cohorts did later. */
import type { TargetNode } from "./ast.ts";
import type { Program } from "./program.ts";

/** Every target of a measure, a memory, a step of a sequence or a `later`. */
export function evidenceTargets(program: Program): TargetNode[] {
  return [
    ...program.of("measure").flatMap(({ target }) => (target ? [target] : [])),
    ...program.of("remember").flatMap(({ target }) => (target ? [target] : [])),
    ...program.of("sequence").flatMap(({ steps }) => steps.map(({ target }) => target)),
    ...program.of("cohort").flatMap(({ later }) => later.map(({ target }) => target)),
  ];
}
