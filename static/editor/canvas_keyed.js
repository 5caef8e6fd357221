// Children of an element by key: only what changed is made anew, so that focus and speed stay.

/** `items`: [{key, sign}]; `make(item)` → element; an element stays as long as its `sign` does. */
export class Keyed {
  constructor(parent, make) {
    Object.assign(this, { parent, make, made: new Map() });
  }

  show(items) {
    const kept = new Map();
    let place = this.parent.firstElementChild;
    const active = document.activeElement;
    let lost;
    for (const item of items) {
      const old = this.made.get(item.key);
      const same = old && old.sign === item.sign;
      const element = same ? old.element : this.make(item);
      if (old && !same) {
        if (old.element.contains(active)) lost = { element, name: active.dataset.focus };
        if (old.element === place) place = place.nextElementSibling;
        old.element.remove();
      }
      kept.set(item.key, { sign: item.sign, element });
      if (element === place) place = place.nextElementSibling;
      else this.parent.insertBefore(element, place);
    }
    for (const [key, { element }] of this.made) if (kept.get(key)?.element !== element && element.parentNode === this.parent) element.remove();
    this.made = kept;
    if (lost) (lost.element.matches("[tabindex],button") ? lost.element : lost.element.querySelector(`[data-focus="${lost.name}"]`))?.focus({ preventScroll: true });
  }

  of(key) {
    return this.made.get(key)?.element;
  }
}
