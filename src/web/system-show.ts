/** The system page. */
import { systemPage } from "../../views/pages/system-page.ts";
import type { ViewerHandler } from "./console-call.ts";
import { htmlResponse } from "./console-response.ts";

const shownRevisions = 20;
const shownAuditEntries = 50;

/** GET /system */
export const systemShow: ViewerHandler = async ({ frame }, { context, options }) => {
  const { reader, events } = context.store;
  const [storage, revisions, auditLog] = await Promise.all([
    reader.storage(),
    reader.revisions(shownRevisions),
    reader.auditLog(shownAuditEntries),
  ]);
  const totals = context.totals();
  const health = context.store.health();
  return htmlResponse(
    systemPage(frame, {
      edgeUrl: context.edgeUrl,
      startedAt: context.startedAt,
      isReady: context.isReady(),
      requests: totals.requests,
      openConnections: totals.openConnections,
      droppedEvents: totals.droppedEvents,
      isSampling: events.pressure().isSampling,
      storageTrouble: health.isHealthy ? undefined : (health.reason ?? "cannot be written"),
      storage,
      origins: context
        .policyStatus()
        .live.apps.flatMap((app) =>
          (context.originsOf?.(app) ?? []).map((origin) => Object.assign({ app: app.name }, origin)),
        ),
      outcomes: context.outcomes?.() ?? [],
      liveRevision: context.policyStatus().revision,
      revisions,
      auditLog,
      now: options.now(),
    }),
  );
};
