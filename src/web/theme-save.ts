/** Remembers light or dark in a cookie. */
import { isTheme } from "../../views/fragments/theme-switch.ts";
import { AppError } from "../app-error.ts";
import type { OpenHandler } from "./console-call.ts";
import { ownPath, seeOther } from "./console-response.ts";
import { cookieField } from "./cookie.ts";
import { formBody } from "./form-body.ts";

/** The cookie that holds the choice. */
export const themeCookie = "sallyport_theme";

const yearSeconds = 365 * 86_400;

/** POST /theme; then back to the page that it was chosen on. */
export const themeSave: OpenHandler = async ({ request, url }, { options }) => {
  const theme = (await formBody(request)).get("theme") ?? undefined;
  if (!isTheme(theme)) throw new AppError("bad_input", "The appearance is auto, light or dark.");
  const referrer = request.headers.get("referer");
  const from = referrer !== null && URL.canParse(referrer) ? new URL(referrer) : undefined;
  const path = from?.host === url.host ? ownPath(from.pathname + from.search) : "/";
  return seeOther(path, [
    cookieField(themeCookie, theme, { maxAgeSeconds: yearSeconds, isSecure: options.isHttps }),
  ]);
};
