/** What the shop answers when a request matches nothing, does not parse or breaks something. */
import { ValidationError } from "elysia";
import type { ShopDatabase } from "./database.ts";
import { problemPage } from "./pages/problem.ts";
import { json, page } from "./respond.ts";
import { readVisitor, type Visitor } from "./visitor.ts";

/** A route that exists, for telling 405 from 404. */
export interface KnownRoute {
  method: string;
  path: string;
}

interface Problem {
  status: 400 | 404 | 405 | 422 | 500;
  error: string;
  title: string;
  text: string;
}

/** Turns Elysia's error into a page, or into JSON under /api and /internal. Never throws. */
export function answerProblem(
  db: ShopDatabase,
  routes: readonly KnownRoute[],
  request: Request,
  code: string | number,
  error: unknown,
): Response {
  const path = new URL(request.url).pathname;
  const allowed = code === "NOT_FOUND" ? allowedMethods(routes, path, request.method) : [];
  const problem = allowed.length > 0 ? wrongMethod : describe(code, error);
  if (problem.status === 500) console.error(`demo shop: ${request.method} ${path}:`, error);
  const wantsJson = /^\/(api|internal)(\/|$)/.test(path);
  const response = wantsJson
    ? json({ error: problem.error, message: problem.text }, problem.status)
    : page(problemPage(visitorOrGuest(db, request), problem.title, problem.text), problem.status);
  if (allowed.length > 0) response.headers.set("allow", allowed.join(", "));
  return response;
}

// The database may be what broke.
function visitorOrGuest(db: ShopDatabase, request: Request): Visitor {
  try {
    return readVisitor(db, request);
  } catch {
    return { account: undefined, cartId: undefined, cartCount: 0 };
  }
}

const wrongMethod: Problem = {
  status: 405,
  error: "method_not_allowed",
  title: "Not like that",
  text: "This address does not take that kind of request.",
};

function describe(code: string | number, error: unknown): Problem {
  switch (code) {
    case "NOT_FOUND":
      return {
        status: 404,
        error: "not_found",
        title: "Nothing here",
        text: "The tide took this page, or it never was.",
      };
    case "PARSE":
      return {
        status: 400,
        error: "malformed_body",
        title: "We could not read that",
        text: "The body of the request is malformed.",
      };
    case "VALIDATION":
      return {
        status: 422,
        error: "invalid_request",
        title: "Something is missing",
        text: firstMistake(error),
      };
    default:
      return {
        status: 500,
        error: "internal_error",
        title: "Our mistake",
        text: "Something broke on our side. Please try again.",
      };
  }
}

// Names the field only: the value may be a password.
function firstMistake(error: unknown): string {
  if (!(error instanceof ValidationError)) return "The request is not valid.";
  const first = error.all[0];
  const path =
    first !== undefined && "path" in first ? first.path.slice(1).replaceAll("/", ".").slice(0, 60) : "";
  return path === "" ? "A JSON object is needed." : `${path}: missing or not valid`;
}

// RFC 9110 §15.5.6: a 405 names the methods that would have worked.
function allowedMethods(routes: readonly KnownRoute[], path: string, asked: string): string[] {
  const parts = path.split("/");
  const methods = new Set(
    routes.filter((route) => isMatch(route.path.split("/"), parts)).map((route) => route.method),
  );
  if (methods.has("GET")) methods.add("HEAD");
  return methods.has(asked) ? [] : [...methods].sort();
}

function isMatch(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false;
  return pattern.every((part, at) => (part.startsWith(":") ? parts[at] !== "" : part === parts[at]));
}
