/** The overview as a stream of server-sent events (WHATWG HTML §9.2), which htmx swaps into the page. */
import { AppError } from "../app-error.ts";
import type { ViewerHandler } from "./console-call.ts";
import type { LiveSink } from "./live-feed.ts";
import { rangeOf } from "./overview-model.ts";

const maxQueuedChunks = 4;

/** Streams until the client leaves, its session ends or the console stops. */
export const liveStream: ViewerHandler = ({ request, url }, { liveFeed, sessions }) => {
  let sink: LiveSink;
  let isFull = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        sink = {
          write: (chunk) => {
            // A client that does not read misses ticks; the next one tells it everything anyway.
            if ((controller.desiredSize ?? 0) > 0) controller.enqueue(chunk);
          },
          isAllowed: async () => (await sessions.find(request, false)) !== undefined,
          end: () => controller.close(),
        };
        isFull = !liveFeed.add(sink, rangeOf(url));
        controller.enqueue(new TextEncoder().encode("retry: 2000\n\n"));
      },
      cancel() {
        liveFeed.remove(sink);
      },
    },
    new CountQueuingStrategy({ highWaterMark: maxQueuedChunks }),
  );
  if (isFull) throw new AppError("too_many_attempts", "Too many live pages are open. Close one and reload.");
  return new Response(stream, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
  });
};
