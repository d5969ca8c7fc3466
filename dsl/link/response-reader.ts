/** Reads one part of an answer: a header, a cookie that it sets, a value in its body, or the body's text. */
import type { ResponseSubjectIr } from "../policy-ir.ts";
import type { ResponseView } from "../policy-set.ts";

/** A part of an answer, its text undefined where the answer does not have it; "unread" when nobody can say. */
type ResponsePart = { readonly text: string | undefined } | "unread";

/** Reads the part; bodies that have not come, or that cannot be read, are "unread". */
export function readResponse(response: ResponseView, subject: ResponseSubjectIr): ResponsePart {
  switch (subject.from) {
    case "header":
      return { text: response.header(subject.name) };
    case "cookie":
      return { text: response.cookie?.(subject.name) };
    case "body": {
      const { body } = response;
      if (!body) return "unread";
      if (subject.name === "") return body.text === undefined ? "unread" : { text: body.text };
      return body.isReadable ? { text: body.field(subject.name) } : "unread";
    }
  }
}
