/** Signing out ends the session on the server, not only in the browser. */
import type { ViewerHandler } from "./console-call.ts";
import { seeOther } from "./console-response.ts";
import { cookieField } from "./cookie.ts";
import { sessionCookie } from "./session-keeper.ts";

/** POST /sign-out */
export const signOut: ViewerHandler = async ({ session, address }, { context, options, sessions }) => {
  await sessions.close(session.tokenHash);
  await context.store.commands.audit({ who: session.user, action: "signed out", detail: `from ${address}` });
  return seeOther("/sign-in", [
    cookieField(sessionCookie, "", { maxAgeSeconds: 0, isSecure: options.isHttps }),
  ]);
};
