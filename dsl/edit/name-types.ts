/** What can be asked of a name, so that completion offers nothing that the checker refuses. */
import type { FieldType } from "../scheme.ts";
import { type Question, questions } from "../type-questions.ts";
import type { SourceIndex } from "./policy-sources.ts";

const measured: Readonly<Record<string, FieldType>> = {
  count: "int",
  distinct: "int",
  new: "int",
  share: "percent",
  gap: "duration",
};

const askedOfMemories: readonly Question[] = ["known", "new", "differs", "present", "missing", "saturated"];

/** A name's type, the questions that it answers, and whether it is one by itself. */
export interface NameType {
  readonly type: FieldType | undefined;
  readonly questions: readonly Question[];
  readonly isQuestion: boolean;
}

/** The type of a name in a condition; undefined when it is unknown. */
export function nameType(index: SourceIndex, name: string): NameType | undefined {
  const field = index.fields.find(name);
  if (field) {
    const { type } = field.row;
    return { type, questions: questions[type], isQuestion: type === "bool" };
  }
  const declaration = index.find("condition", name);
  if (!declaration) {
    return index.find("policy", name) && { type: undefined, questions: ["held"], isQuestion: false };
  }
  const { word, what } = declaration;
  if (word === "measure") {
    const type = measured[what ?? ""] ?? "int";
    return { type, questions: [...questions[type], "saturated"], isQuestion: false };
  }
  if (word === "fingerprint") return { type: "score", questions: questions.score, isQuestion: true };
  if (word === "remember") return { type: undefined, questions: askedOfMemories, isQuestion: false };
  return { type: "bool", questions: [...questions.bool, "saturated"], isQuestion: true };
}
