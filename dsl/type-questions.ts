/** Each type answers its own questions. */
import type { OperatorNode } from "./ast.ts";
import type { FieldType } from "./scheme.ts";

/** The kinds of questions. */
export type Question = OperatorNode["kind"];

const always: readonly Question[] = ["missing", "present"];
const equality: readonly Question[] = [...always, "eq", "ne", "in"];
const order: readonly Question[] = ["lt", "le", "gt", "ge"];
const ordered: readonly Question[] = [...equality, ...order];
const textual: readonly Question[] = [...equality, "contains", "starts", "ends", "matches"];

/** What may be asked of a type. */
export const questions: Readonly<Record<FieldType, readonly Question[]>> = {
  ip: equality,
  asn: equality,
  country: equality,
  ja4: textual,
  text: textual,
  int: ordered,
  bool: [...always, "eq", "ne"],
  duration: ordered,
  percent: ordered,
  headerOrder: [...always, "starts", "contains"],
  textList: [...always, "contains"],
  scalar: [...textual, ...order],
  score: ordered,
};

/** True for `<` and its like. */
export function isOrder(question: Question): boolean {
  return order.includes(question);
}
