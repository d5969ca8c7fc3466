/** What every console request passes before its handler: name, origin, session; and what every answer gets after it. */
import { isTheme, type Theme } from "../../views/fragments/theme-switch.ts";
import type { Frame } from "../../views/layout.ts";
import { parseIpAddress } from "../accept/ip-address.ts";
import { AppError, httpStatusOf } from "../app-error.ts";
import type { StoredSession } from "../store/store-reader.ts";
import { type ConsoleServices, type OpenHandler, type ViewerHandler, wantsFragment } from "./console-call.ts";
import { seeOther } from "./console-response.ts";
import { readCookie } from "./cookie.ts";
import { isOwnHost } from "./host-check.ts";
import { isOwnOrigin } from "./origin-check.ts";
import { policyErrors } from "./policy-errors.ts";
import { isApiPath, type ProblemAudience, problemResponse } from "./problem-response.ts";
import { withSecurityHeaders } from "./security-headers.ts";
import { themeCookie } from "./theme-save.ts";

/** `probe` is open and asked by address, `open` is for anyone at our own name, `viewer` only for people who are signed in. */
export type GuardedRoute =
  | { readonly access: "probe" | "open"; readonly handle: OpenHandler }
  | { readonly access: "viewer"; readonly handle: ViewerHandler };

/** What Elysia hands over, as far as it is used. */
export interface ElysiaCall {
  readonly request: Request;
  readonly params: Readonly<Record<string, string | undefined>>;
  /** Null when the app is called without a socket. */
  readonly server: {
    readonly hostname?: string | undefined;
    requestIP(request: Request): { readonly address: string } | null;
  } | null;
}

/** Answers one request; never rejects. */
export async function answer(
  route: GuardedRoute,
  elysia: ElysiaCall,
  services: ConsoleServices,
): Promise<Response> {
  const { request } = elysia;
  const chosen = readCookie(request, themeCookie);
  const theme = isTheme(chosen) ? chosen : "auto";
  let frame: Frame | undefined;
  try {
    if (route.access !== "probe") checkSource(elysia, services);
    const url = new URL(request.url);
    const address = addressOf(elysia, services);
    const call = { request, url, parameters: elysia.params, address, theme };
    if (route.access !== "viewer") return withSecurityHeaders(await route.handle(call, services));
    const session = await services.sessions.find(request);
    if (session === undefined) return withSecurityHeaders(askToSignIn(request, url, theme));
    frame = frameOf(session, theme, services);
    return withSecurityHeaders(await route.handle({ ...call, session, frame }, services));
  } catch (error) {
    return answerFailure(error, { request, theme, frame }, services);
  }
}

/** Answers what could not be answered otherwise, and reports it when it is not the client's doing. */
export function answerFailure(
  error: unknown,
  audience: ProblemAudience,
  { options }: ConsoleServices,
): Response {
  if (!(error instanceof AppError) || httpStatusOf[error.code] >= 500) options.onFault(error);
  return withSecurityHeaders(problemResponse(error, audience));
}

/**
 * Who asks. Behind an operator's proxy all come from its address, and whoever guesses passwords would keep everybody
 * out; there the last address that X-Forwarded-For names counts. A client that forges it, since its proxy adds none,
 * escapes the wait of its network, but not that of the name.
 */
function addressOf({ request, server }: ElysiaCall, { options }: ConsoleServices): string {
  const peer = server?.requestIP(request)?.address ?? "unknown";
  if (options.extraHosts.length === 0) return peer;
  const told = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return parseIpAddress(told)?.text ?? peer;
}

function checkSource({ request, server }: ElysiaCall, { options }: ConsoleServices): void {
  const host = request.headers.get("host") ?? new URL(request.url).host;
  const names = { listenHost: server?.hostname ?? "127.0.0.1", extraHosts: options.extraHosts };
  if (!isOwnHost(host, names)) {
    throw new AppError(
      "forbidden",
      "The console does not answer to this name. Use the address that it was started with.",
    );
  }
  if (!isOwnOrigin(request)) throw new AppError("forbidden", "This request came from another site.");
}

function askToSignIn(request: Request, url: URL, theme: Theme): Response {
  const next = request.method === "GET" ? url.pathname + url.search : "/";
  const signIn = `/sign-in?next=${encodeURIComponent(next)}`;
  const isPage = (request.method === "GET" || request.method === "HEAD") && !isApiPath(url.pathname);
  // The stream is opened by a script, which reads a status and not a page.
  if (isPage && !wantsFragment(request) && url.pathname !== "/live") return seeOther(signIn);
  const response = problemResponse(
    new AppError("unauthenticated", "Your session has ended. Sign in again."),
    {
      request,
      theme,
      frame: undefined,
    },
  );
  if (wantsFragment(request) && url.pathname !== "/live") {
    const current = URL.parse(request.headers.get("hx-current-url") ?? "");
    const back = current === null ? next : current.pathname + current.search;
    response.headers.set("hx-redirect", `/sign-in?next=${encodeURIComponent(back)}`);
  }
  return response;
}

function frameOf(session: StoredSession, theme: Theme, { context }: ConsoleServices): Frame {
  return {
    viewer: session.user,
    theme,
    version: context.version,
    policyErrors: policyErrors(context.policyStatus()),
    panic: context.enforcement.switches().find(({ kind }) => kind === "panic"),
  };
}
