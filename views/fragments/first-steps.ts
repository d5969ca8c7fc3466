/** What to do when there is no traffic yet. */
import { html, type SafeHtml } from "@remix-run/html-template";

/** Three steps from an empty console to traffic in it; `edgeUrl` is where the edge listens. */
export function firstSteps(edgeUrl: string): SafeHtml {
  return html`<section class="panel" aria-labelledby="empty-title"><div class="empty">
<h2 id="empty-title">No requests in this window</h2>
<p class="soft">Traffic shows up here within a second of passing through Sallyport. Nothing has to be installed in the application.</p>
<ol>
<li><div>Send a request through the edge.<pre>curl -i ${edgeUrl}/</pre></div></li>
<li><div>Point your application's traffic at it: change the DNS record, the load balancer's target or the CDN's origin to <code>${edgeUrl}</code>, and start Sallyport with <code>--origin</code> naming the application.</div></li>
<li><div>Tag the routes that matter, such as login, registration and gift cards, in a file of the policies folder. Every policy for a tag then covers them. <a href="/policies">See the policies that are live</a></div></li>
</ol>
</div></section>`;
}
