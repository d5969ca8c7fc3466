/** Turns any failure into an answer: a page, a part of a page, or JSON, whichever was asked for. */

import type { Theme } from "../../views/fragments/theme-switch.ts";
import type { Frame } from "../../views/layout.ts";
import {
  bareProblemPage,
  type Problem,
  problemFragment,
  problemPage,
} from "../../views/pages/problem-page.ts";
import { AppError, type AppErrorCode, httpStatusOf } from "../app-error.ts";
import { wantsFragment } from "./console-call.ts";
import { htmlResponse, jsonResponse } from "./console-response.ts";

const titles: Partial<Record<AppErrorCode, string>> = {
  not_found: "Not found",
  bad_input: "This request makes no sense",
  unauthenticated: "Sign in first",
  forbidden: "Not allowed",
  too_many_attempts: "Too many at once",
  store_timeout: "The database did not answer in time",
  database_unusable: "The database cannot be used",
};

/** Who asked, as far as that is known. */
export interface ProblemAudience {
  readonly request: Request;
  readonly theme: Theme;
  /** Only for people who are signed in. */
  readonly frame: Frame | undefined;
}

/** True if a path belongs to the API, which answers in JSON. */
export function isApiPath(path: string): boolean {
  return path.startsWith("/api/");
}

/** The answer to a failure; what is not an AppError says nothing about itself. */
export function problemResponse(error: unknown, { request, theme, frame }: ProblemAudience): Response {
  const known = error instanceof AppError ? error : undefined;
  const status = known === undefined ? 500 : httpStatusOf[known.code];
  const message = known?.publicMessage ?? "The console failed to answer. Its log says why.";
  const path = new URL(request.url).pathname;
  if (isApiPath(path)) {
    return jsonResponse({ error: { code: known?.code ?? "internal", message } }, status);
  }
  const problem: Problem = {
    status,
    title: (known && titles[known.code]) ?? "Something went wrong",
    message,
    way: path.startsWith("/events")
      ? { href: "/events", text: "All events" }
      : { href: "/", text: "Overview" },
  };
  if (wantsFragment(request)) return htmlResponse(problemFragment(problem), status);
  return htmlResponse(
    frame === undefined ? bareProblemPage(theme, problem) : problemPage(frame, problem),
    status,
  );
}
