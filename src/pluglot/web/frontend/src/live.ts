// One stream per tab: the server sends the regions of this very page when they changed, the newest only.
import { morph } from "./morph";

let stream: EventSource | null = null;

export function follow(settled: () => void): void {
  stream?.close();
  stream = null;
  if (document.querySelector("main[data-live]") === null) {
    mark(null);
    return;
  }
  if (document.hidden) return;
  const opened = new EventSource(location.href);
  stream = opened;
  opened.addEventListener("open", () => mark("live"));
  opened.addEventListener("error", () => mark("waiting"));
  opened.addEventListener("regions", (event: MessageEvent<string>) => {
    if (stream !== opened) return;
    const regions = JSON.parse(event.data) as Record<string, string>;
    for (const [name, html] of Object.entries(regions)) swap(name, html);
    settled();
  });
}

// A tab nobody looks at asks for nothing.
export function followWhileSeen(settled: () => void): void {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else {
      follow(settled);
    }
  });
  addEventListener("pagehide", () => stream?.close());
}

function swap(name: string, html: string): void {
  const region = document.querySelector(`[data-region="${CSS.escape(name)}"]`);
  if (region === null) return;
  const fresh = document.createElement(region.tagName);
  fresh.innerHTML = html; // from our own server, where every text is escaped
  morph(region, fresh);
}

function mark(state: "live" | "waiting" | null): void {
  const place = document.querySelector<HTMLElement>("[data-live-mark]");
  if (place === null) return;
  place.hidden = state === null;
  place.classList.toggle("stale", state === "waiting");
  place.textContent = state === "waiting" ? "reconnecting" : "live";
}
