/** Signing in: the page, and the check of name and password. */
import { signInPage } from "../../views/pages/sign-in-page.ts";
import type { ConsoleServices, OpenCall, OpenHandler } from "./console-call.ts";
import { htmlResponse, ownPath, seeOther } from "./console-response.ts";
import { cookieField } from "./cookie.ts";
import { formBody } from "./form-body.ts";
import { sessionCookie, sessionMaxMs } from "./session-keeper.ts";

const maxNameLength = 64;

/** GET /sign-in */
export const signInShow: OpenHandler = async ({ request, theme, url }, { sessions }) => {
  const next = ownPath(url.searchParams.get("next"));
  if ((await sessions.find(request)) !== undefined) return seeOther(next);
  return htmlResponse(signInPage({ theme, next, name: "", trouble: undefined }));
};

/** POST /sign-in with name, password and next. */
export const signIn: OpenHandler = async (call, services) => {
  const form = await formBody(call.request);
  const name = (form.get("name") ?? "").trim();
  const next = ownPath(form.get("next"));
  const { limiter, passwords, sessions, context, options } = services;
  const waitMs = limiter.begin(call.address, name);
  if (waitMs > 0) return tooMany(call, name, next, waitMs);

  const user = name.length > maxNameLength ? undefined : await context.store.reader.user(name);
  const verdict = await passwords.verify(form.get("password") ?? "", user?.passwordHash);
  if (verdict === "busy") return tooMany(call, name, next, 2000);
  if (verdict === "wrong" || user === undefined) {
    // Only names that exist: an attacker's guesses must not fill the log.
    if (user !== undefined) note(services, user.name, "sign-in failed", `from ${call.address}`);
    return htmlResponse(
      signInPage({
        theme: call.theme,
        next,
        name: name.slice(0, maxNameLength),
        trouble: "Name or password is wrong.",
      }),
      401,
    );
  }
  limiter.succeed(call.address, name);
  const token = await sessions.open(user.name);
  note(services, user.name, "signed in", `from ${call.address}`);
  const cookie = cookieField(sessionCookie, token, {
    maxAgeSeconds: sessionMaxMs / 1000,
    isSecure: options.isHttps,
  });
  return seeOther(next, [cookie]);
};

/** Writes to the audit log without making the answer wait, so that timing says nothing about names. */
function note({ context, options }: ConsoleServices, who: string, action: string, detail: string): void {
  context.store.commands.audit({ who, action, detail }).catch(options.onFault);
}

function tooMany(call: OpenCall, name: string, next: string, waitMs: number): Response {
  const seconds = Math.ceil(waitMs / 1000);
  return htmlResponse(
    signInPage({
      theme: call.theme,
      next,
      name: name.slice(0, maxNameLength),
      trouble: `Too many tries. Wait ${seconds} ${seconds === 1 ? "second" : "seconds"} and try again.`,
    }),
    429,
    { "retry-after": String(seconds) },
  );
}
