// Changes one tree into another with as few touches as can be, so that focus, hovering and open details stay.

export function morph(from: Element, to: Element): void {
  const keyed = new Map<string, Element>();
  for (const child of from.children) {
    const key = keyOf(child);
    if (key !== null) keyed.set(key, child);
  }
  let place: ChildNode | null = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const match = matching(place, wanted, keyed);
    if (match === null) {
      from.insertBefore(wanted, place);
      continue;
    }
    if (match !== place) from.insertBefore(match, place);
    else place = place.nextSibling;
    update(match, wanted);
  }
  while (place !== null) {
    const next: ChildNode | null = place.nextSibling;
    place.remove();
    place = next;
  }
}

function matching(place: ChildNode | null, wanted: ChildNode, keyed: Map<string, Element>): ChildNode | null {
  const key = keyOf(wanted);
  if (key !== null) {
    const known = keyed.get(key) ?? null;
    keyed.delete(key);
    return known !== null && known.nodeName === wanted.nodeName ? known : null;
  }
  if (place === null || place.nodeType !== wanted.nodeType || place.nodeName !== wanted.nodeName) return null;
  return keyOf(place) === null ? place : null;
}

function keyOf(node: Node): string | null {
  return node instanceof Element ? node.getAttribute("data-key") : null;
}

function update(from: ChildNode, to: ChildNode): void {
  if (from instanceof Element && to instanceof Element) {
    if (from.hasAttribute("data-keep")) return;
    copyAttributes(from, to);
    morph(from, to);
  } else if (from.nodeValue !== to.nodeValue) {
    from.nodeValue = to.nodeValue;
    freshen(from.parentElement);
  }
}

// What a script added by itself, and what the reader did, is not undone.
const OWN = new Set(["open", "hidden", "class"]);

function copyAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !OWN.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

// A figure that changed is seen to have changed.
function freshen(element: Element | null): void {
  const figure = element?.closest(".draw, .tile strong, .pairs .big, .facts .big");
  if (figure === null || figure === undefined) return;
  figure.classList.remove("fresh");
  requestAnimationFrame(() => figure.classList.add("fresh"));
}
