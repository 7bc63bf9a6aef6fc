// Choose a span of days on a picture by dragging or with keys; the fields of the form do the same.
const DAY = 864e5;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function brush(figure) {
  const image = figure.querySelector("img"), { since, until, left, right } = figure.dataset;
  const first = Date.parse(since), days = (Date.parse(until) - first) / DAY, step = Math.ceil(days / 52);
  const [cover, part, said] = ["div", "div", "output"].map((name) => document.createElement(name));
  const written = (day) => new Date(first + day * DAY).toISOString().slice(0, 10);
  const dayAt = ({ clientX }) => {
    const box = cover.getBoundingClientRect();
    return clamp(Math.round((days * (clientX - box.left)) / box.width), 0, days);
  };
  let from = 0, to = days, anchor = null;

  function show(start = 0, end = days) {
    [from, to] = [start, end];
    const isChosen = from > 0 || to < days;
    part.hidden = !isChosen;
    part.style.left = `${(100 * from) / days}%`;
    part.style.right = `${100 - (100 * to) / days}%`;
    said.textContent = isChosen ? `${written(from)} until ${written(to)}` : "";
  }
  function lay() {
    const scale = image.clientWidth / (image.naturalWidth || image.width);
    cover.style.left = `${image.offsetLeft + left * scale}px`;
    cover.style.top = `${image.offsetTop}px`;
    cover.style.width = `${image.clientWidth - (+left + +right) * scale}px`;
    cover.style.height = `${image.clientHeight}px`;
  }
  function go() {
    if (part.hidden) return;
    const address = new URL(location);
    address.searchParams.set("since", written(from));
    address.searchParams.set("until", written(to));
    address.searchParams.delete("period");
    location.assign(address);
  }
  const on = (name, handler) => cover.addEventListener(name, handler);
  on("pointerdown", (event) => {
    anchor = dayAt(event);
    cover.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    if (anchor !== null) show(Math.min(anchor, dayAt(event)), Math.max(anchor, dayAt(event)));
  });
  on("pointerup", () => {
    anchor = null;
    if (to > from) go(); else show();
  });
  on("pointercancel", () => { anchor = null; show(); });
  on("keydown", (event) => {
    const way = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (event.key === "Enter") go();
    else if (event.key === "Escape") show();
    else if (!way) return;
    else if (event.shiftKey) show(clamp(from + way, 0, to - 1), to);
    else show(from, clamp(to + way, from + 1, days));
    event.preventDefault();
  });

  cover.className = "brush";
  part.className = "part";
  cover.tabIndex = 0;
  cover.setAttribute("role", "group");
  cover.setAttribute("aria-label", "Choose a span: arrows move its end, with Shift its beginning; Enter shows it");
  cover.append(part, said);
  figure.append(cover);
  new ResizeObserver(lay).observe(image);
  image.addEventListener("load", lay);
  show();
}

document.querySelectorAll("[data-brush]").forEach(brush);
