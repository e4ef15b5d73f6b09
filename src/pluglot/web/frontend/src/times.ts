// Relative times grow older by themselves, and their titles tell the exact time in the viewer's zone.

const STEPS: readonly [number, number, string][] = [
  [60, 1, "s"],
  [3600, 60, "min"],
  [86400, 3600, "h"],
  [Infinity, 86400, "d"],
];
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

export function tellTimes(): void {
  const now = Date.now();
  for (const place of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    const at = Date.parse(place.dateTime);
    if (Number.isNaN(at)) continue;
    const words = relative((now - at) / 1000);
    if (place.textContent !== words) place.textContent = words;
    const exact = EXACT.format(at);
    if (place.title !== exact) place.title = exact;
  }
}

export function relative(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1) return "now";
  const step = STEPS.find(([limit]) => size < limit) ?? STEPS[3];
  if (step === undefined) return "";
  const amount = `${Math.floor(size / step[1])} ${step[2]}`;
  return seconds > 0 ? `${amount} ago` : `in ${amount}`;
}
