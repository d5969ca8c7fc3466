/** The console as one Elysia app: its routes in one table, and the checks that every request passes. */
import { Elysia } from "elysia";
import { AppError } from "../app-error.ts";
import {
  accountJson,
  accountJudge,
  accountJudgeJson,
  accountShow,
  accountsCsv,
  accountsJson,
  accountsShow,
} from "./accounts-show.ts";
import { acknowledgement } from "./acknowledgement.ts";
import { alertsShow, deadResend, deliveryDrop, deliveryResend, outboxJson } from "./alerts-show.ts";
import { assetsServe } from "./assets-serve.ts";
import type { ConsoleOptions, ConsoleServices } from "./console-call.ts";
import type { ConsoleContext } from "./console-context.ts";
import { answer, answerFailure, type GuardedRoute } from "./console-guard.ts";
import { eventShow, eventShowJson } from "./event-show.ts";
import { eventsJson, eventsList } from "./events-list.ts";
import { liveness, readiness } from "./health.ts";
import { LiveFeed } from "./live-feed.ts";
import { liveStream } from "./live-stream.ts";
import { overviewJson, overviewShow } from "./overview-show.ts";
import { PasswordCheck } from "./password-check.ts";
import { policiesJson, policiesList } from "./policies-list.ts";
import { policyFileShow } from "./policy-file-show.ts";
import { policyShow } from "./policy-show.ts";
import { revisionShow } from "./revision-show.ts";
import { SessionKeeper } from "./session-keeper.ts";
import { signIn, signInShow } from "./sign-in.ts";
import { SignInLimiter } from "./sign-in-limiter.ts";
import { signOut } from "./sign-out.ts";
import { switchSave } from "./switch-save.ts";
import { switchesShow } from "./switches-show.ts";
import { systemShow } from "./system-show.ts";
import { themeSave } from "./theme-save.ts";
import { untaggedJson, untaggedShow } from "./untagged-show.ts";
import { releaseEnd, releaseSave, releaseSaveJson, releasesJson, whyJson, whyShow } from "./why-show.ts";

/** A route of the console; who may use it is part of its row. */
type Route = GuardedRoute & { readonly method: "GET" | "POST"; readonly path: string };

const routes: readonly Route[] = [
  { method: "GET", path: "/livez", access: "probe", handle: liveness },
  { method: "GET", path: "/readyz", access: "probe", handle: readiness },
  { method: "GET", path: "/assets/:file", access: "open", handle: assetsServe },
  { method: "GET", path: "/sign-in", access: "open", handle: signInShow },
  { method: "POST", path: "/sign-in", access: "open", handle: signIn },
  { method: "POST", path: "/theme", access: "open", handle: themeSave },
  { method: "POST", path: "/sign-out", access: "viewer", handle: signOut },
  { method: "GET", path: "/", access: "viewer", handle: overviewShow },
  { method: "GET", path: "/live", access: "viewer", handle: liveStream },
  { method: "GET", path: "/events", access: "viewer", handle: eventsList },
  { method: "GET", path: "/events/:id", access: "viewer", handle: eventShow },
  { method: "GET", path: "/policies", access: "viewer", handle: policiesList },
  { method: "GET", path: "/policies/:name", access: "viewer", handle: policyShow },
  { method: "GET", path: "/policy-files", access: "viewer", handle: policyFileShow },
  { method: "GET", path: "/revisions/:id", access: "viewer", handle: revisionShow },
  { method: "GET", path: "/alerts", access: "viewer", handle: alertsShow },
  { method: "POST", path: "/alerts/resend-dead", access: "viewer", handle: deadResend },
  { method: "POST", path: "/alerts/:id/resend", access: "viewer", handle: deliveryResend },
  { method: "POST", path: "/alerts/:id/drop", access: "viewer", handle: deliveryDrop },
  { method: "GET", path: "/accounts", access: "viewer", handle: accountsShow },
  { method: "GET", path: "/accounts.csv", access: "viewer", handle: accountsCsv },
  { method: "GET", path: "/accounts/:id", access: "viewer", handle: accountShow },
  { method: "POST", path: "/accounts/:id/verdict", access: "viewer", handle: accountJudge },
  { method: "GET", path: "/why", access: "viewer", handle: whyShow },
  { method: "POST", path: "/releases", access: "viewer", handle: releaseSave },
  { method: "POST", path: "/releases/end", access: "viewer", handle: releaseEnd },
  { method: "GET", path: "/switches", access: "viewer", handle: switchesShow },
  { method: "POST", path: "/switches", access: "viewer", handle: switchSave },
  { method: "GET", path: "/onboarding/untagged", access: "viewer", handle: untaggedShow },
  { method: "GET", path: "/system", access: "viewer", handle: systemShow },
  { method: "GET", path: "/api/v1/overview", access: "viewer", handle: overviewJson },
  { method: "GET", path: "/api/v1/events", access: "viewer", handle: eventsJson },
  { method: "GET", path: "/api/v1/events/:id", access: "viewer", handle: eventShowJson },
  { method: "GET", path: "/api/v1/untagged", access: "viewer", handle: untaggedJson },
  { method: "GET", path: "/api/v1/policies", access: "viewer", handle: policiesJson },
  { method: "GET", path: "/api/v1/accounts", access: "viewer", handle: accountsJson },
  { method: "GET", path: "/api/v1/accounts/:id", access: "viewer", handle: accountJson },
  { method: "POST", path: "/api/v1/accounts/:id/verdict", access: "viewer", handle: accountJudgeJson },
  { method: "GET", path: "/api/v1/why", access: "viewer", handle: whyJson },
  { method: "GET", path: "/api/v1/releases", access: "viewer", handle: releasesJson },
  { method: "POST", path: "/api/v1/releases", access: "viewer", handle: releaseSaveJson },
  { method: "GET", path: "/api/v1/outbox", access: "viewer", handle: outboxJson },
  // Receivers have no session: their signature is checked.
  { method: "POST", path: "/api/v1/acknowledgements/:id", access: "open", handle: acknowledgement },
];

/** Every other path: people who are not signed in are not told which pages there are. */
const nowhere: GuardedRoute = {
  access: "viewer",
  handle: () => {
    throw new AppError("not_found", "The console has no such page.");
  },
};

/** The console over a running process. It listens on its own with `listen`, and `stop` also ends the live streams. */
export function consoleApp(context: ConsoleContext, given: Partial<ConsoleOptions> = {}): Elysia {
  const options: ConsoleOptions = {
    extraHosts: [],
    isHttps: false,
    now: Date.now,
    onFault: console.error,
    ...given,
  };
  const services: ConsoleServices = {
    context,
    options,
    sessions: new SessionKeeper(context.store, options.now),
    limiter: new SignInLimiter(options.now),
    passwords: new PasswordCheck(),
    liveFeed: new LiveFeed(context, options.now),
  };
  services.passwords.prepare().catch(options.onFault);

  // Forms are small, and a live stream says something every few seconds.
  const app = new Elysia({ serve: { maxRequestBodySize: 65_536, idleTimeout: 30 } });
  for (const route of routes) {
    app.route(route.method, route.path, (elysia) => answer(route, elysia, services), { parse: "none" });
  }
  app.all("/*", (elysia) => answer(nowhere, elysia, services), { parse: "none" });
  // Only Elysia's own failures come here: `answer` never rejects.
  app.onError(({ error, request }) =>
    answerFailure(error, { request, theme: "auto", frame: undefined }, services),
  );
  // Elysia's stop waits for open answers before it tells anyone, and a live stream stays open until it is told.
  const stop = app.stop;
  app.stop = (closeActiveConnections) => {
    services.liveFeed.close();
    return stop(closeActiveConnections);
  };
  return app;
}
