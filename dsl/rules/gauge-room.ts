/** L008, W036: state that no host has the memory for, or not for many keys. */
import { clauseOf, type PolicyNode, type SequenceNode } from "../ast.ts";
import {
  likelyKeys,
  partForRows,
  type StateSize,
  sizeOfSequence,
  sizeOfState,
  usualBytes,
} from "../gauge-memory.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import type { Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

interface Piece extends StateSize {
  readonly span: Span;
}

const mebibyte = 1_048_576;

/** Refuses sets whose state does not fit the host's memory. */
export const gaugeRoom: Rule = (program, report) => {
  check("least", program, report);
};

/** Warns of sets whose state fits, but only as long as few keys come. */
export const tightGaugeRoom: Rule = (program, report) => {
  check("likely", program, report);
};

function check(size: keyof StateSize, program: Program, report: Report): void {
  const { gauges, memories } = program.room;
  checkPieces(gaugePieces(program), size, gauges, "measures, sequences, holds and limits", report);
  checkPieces(memoryPieces(program), size, memories, "memories", report);
}

function checkPieces(
  pieces: readonly Piece[],
  size: keyof StateSize,
  bytes: number,
  what: string,
  report: Report,
): void {
  const room = bytes * partForRows;
  const all = pieces.reduce((sum, piece) => sum + piece[size], 0);
  let sum = 0;
  const first = pieces.find((piece) => (sum += piece[size]) > room);
  if (!first) return;
  const taken = `${Math.ceil(all / mebibyte)} MiB`;
  const figures = `${taken}, and there is room for ${Math.floor(room / mebibyte)} MiB`;
  const help = "let policies share them, keep those that decide something, and make sequences shorter";
  if (size === "least")
    report.add("L008", first.span, `the set's ${what} take at least ${figures}`, { help });
  else {
    const message = `with ${likelyKeys.toLocaleString("en-GB")} keys each the set's ${what} take ${figures}`;
    report.add("W036", first.span, message, { help: `${help}; what finds no room is not counted` });
  }
}

/** What policies use; the rest is not kept. */
function gaugePieces(program: Program): Piece[] {
  const pieces: Piece[] = [];
  const { asked, likened } = usesOf(program);
  for (const node of program.measures.values()) {
    if (!asked.has(node.name.text)) continue;
    const usual = likened.has(node.name.text) ? usualBytes : 0;
    const { least, likely } = sizeOfState(node.what);
    pieces.push({ least: least + usual, likely: likely + usual, span: node.name.span });
  }
  for (const node of program.sequences.values()) {
    if (asked.has(node.name.text)) pieces.push({ ...sizeOfSequence(eventsOf(node)), span: node.name.span });
  }
  for (const policy of program.policies.values()) {
    for (const kind of statesOf(policy)) pieces.push({ ...sizeOfState(kind), span: policy.name.span });
  }
  return pieces;
}

function memoryPieces(program: Program): Piece[] {
  const { asked } = usesOf(program);
  const { least, likely } = sizeOfState("memory");
  return [...program.memories.values()]
    .filter(({ name }) => asked.has(name.text))
    .map(({ name }) => ({ least, likely, span: name.span }));
}

/** Names that conditions ask, and those that they compare with what is usual. */
function usesOf(program: Program): { readonly asked: Set<string>; readonly likened: Set<string> } {
  const asked = new Set<string>();
  const likened = new Set<string>();
  for (const { subject, operator } of program.comparisons) {
    asked.add(subject.text);
    if (!operator || !("value" in operator) || !("kind" in operator.value)) continue;
    if (operator.value.kind === "usual") likened.add(subject.text);
  }
  return { asked, likened };
}

function eventsOf({ steps }: SequenceNode): number {
  return steps.reduce((sum, { kind, times }) => sum + (kind === "without" ? 0 : (times?.value ?? 1)), 0);
}

function statesOf(policy: PolicyNode): ("hold" | "ratelimit")[] {
  const effects = clauseOf(policy, "then")?.effects ?? [];
  return effects.flatMap(({ kind }) => (kind === "hold" || kind === "ratelimit" ? [kind] : []));
}
