/** The embedded files; their names hold their hash, so that a browser asks for each only once. */
import { findAsset } from "../../views/assets/embedded-assets.ts";
import { AppError } from "../app-error.ts";
import type { OpenHandler } from "./console-call.ts";

/** GET /assets/:file */
export const assetsServe: OpenHandler = ({ parameters }) => {
  const asset = findAsset(parameters["file"] ?? "");
  if (asset === undefined) throw new AppError("not_found", "There is no such file.");
  return new Response(asset.body, {
    headers: { "content-type": asset.contentType, "cache-control": "public, max-age=31536000, immutable" },
  });
};
