// The graph of a stack's resources on a canvas: from left to right, what is needed before what needs it.

const root = document.querySelector(".graph");
const canvas = root.querySelector("canvas");
const context = canvas.getContext("2d");
const selectedText = document.getElementById("graph-selected");
const find = document.getElementById("graph-find");
const showParents = document.getElementById("graph-parents");
const showDependencies = document.getElementById("graph-dependencies");

const width = 200, height = 44, gapX = 90, gapY = 16;
const { prefix, nodes } = read(document.getElementById("graph-data").textContent);
const tallest = Math.max(10, Math.ceil(Math.sqrt(3 * nodes.length))); // about as wide as a screen
let view = { x: 0, y: 0, scale: 1 };
let selected = -1;
let colours = {};
let drawing = false;
let touched = false; // once somebody has moved it, it stays where it was put

function read(text) {
  const [prefix, ...lines] = text.split("\n");
  const nodes = lines.filter(Boolean).map((line, index) => {
    const [parent, dependencies, end] = line.split("\t");
    const split = end.indexOf("::");
    const type = end.slice(0, split);
    return {
      index, end, hue: hue(type.slice(type.lastIndexOf("$") + 1).split(":")[0]), name: end.slice(split + 2), type: type.slice(type.lastIndexOf("$") + 1),
      parent: Number(parent), dependencies: dependencies ? dependencies.split(",").map(Number) : [], dependants: [], children: [],
    };
  });
  for (const node of nodes) {
    for (const d of node.dependencies) nodes[d].dependants.push(node.index);
    if (node.parent >= 0) nodes[node.parent].children.push(node.index);
  }
  return { prefix, nodes };
}

// Resources of one package have one colour.
function hue(text) {
  let hash = 7;
  for (const c of text) hash = (hash * 31 + c.codePointAt(0)) % 360;
  return hash;
}

// Each node stands right of all that it needs. A state has them in that order; should one not be, it is not waited for.
function place() {
  const layers = [];
  for (const node of nodes) {
    const before = [...node.dependencies, node.parent].filter((i) => i >= 0 && i < node.index);
    node.layer = before.reduce((layer, i) => Math.max(layer, nodes[i].layer + 1), 0);
    (layers[node.layer] ??= []).push(node);
  }
  let column = 0;
  for (const layer of layers) {
    // Near what they need: fewer lines cross.
    for (const node of layer) {
      const before = [...node.dependencies, node.parent].filter((i) => i >= 0 && nodes[i].y !== undefined);
      node.wish = before.length ? before.reduce((sum, i) => sum + nodes[i].y, 0) / before.length : node.index;
    }
    layer.sort((a, b) => a.wish - b.wish || a.index - b.index);
    const columns = Math.ceil(layer.length / tallest), rows = Math.ceil(layer.length / columns);
    layer.forEach((node, i) => {
      node.x = (column + Math.floor(i / rows)) * (width + gapX);
      node.y = (i % rows - (rows - 1) / 2) * (height + gapY);
    });
    column += columns;
  }
}

function fit() {
  touched = false;
  const xs = nodes.map((n) => n.x), ys = nodes.map((n) => n.y);
  const [left, right] = [Math.min(...xs), Math.max(...xs) + width], [top, bottom] = [Math.min(...ys), Math.max(...ys) + height];
  const scale = Math.min(1.2, (canvas.clientWidth - 40) / (right - left), (canvas.clientHeight - 40) / (bottom - top));
  view = { scale, x: (canvas.clientWidth - (right - left) * scale) / 2 - left * scale, y: (canvas.clientHeight - (bottom - top) * scale) / 2 - top * scale };
  draw();
}

function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  touched = true;
  const scale = Math.min(2.5, Math.max(0.02, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  view.scale = scale;
  draw();
}

function draw() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => { drawing = false; paint(); });
  }
}

function paint() {
  const ratio = window.devicePixelRatio || 1;
  if (canvas.width !== canvas.clientWidth * ratio || canvas.height !== canvas.clientHeight * ratio) {
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
  context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
  for (const node of nodes) edges(node, false);
  if (selected >= 0) edges(nodes[selected], true), nodes[selected].dependants.concat(nodes[selected].children).forEach((i) => edges(nodes[i], true));
  const [left, top] = [-view.x / view.scale, -view.y / view.scale];
  const [right, bottom] = [left + canvas.clientWidth / view.scale, top + canvas.clientHeight / view.scale];
  for (const node of nodes) {
    if (node.x + width >= left && node.x <= right && node.y + height >= top && node.y <= bottom) box(node);
  }
}

function edges(node, strong) {
  const touches = (i) => !strong || node.index === selected || i === selected;
  if (showParents.checked && node.parent >= 0 && touches(node.parent)) line(nodes[node.parent], node, strong ? colours.text : colours.line, [6, 5], strong);
  if (showDependencies.checked) for (const d of node.dependencies) if (touches(d)) line(nodes[d], node, strong ? colours.accent : colours.muted, [], strong);
}

function line(from, to, colour, dash, strong) {
  const [x1, y1, x2, y2] = [from.x + width, from.y + height / 2, to.x, to.y + height / 2];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  context.beginPath();
  context.moveTo(x1, y1);
  context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.globalAlpha = strong ? 1 : selected >= 0 ? 0.25 : 0.6;
  context.lineWidth = strong ? 2.5 : 1.2;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function box(node) {
  const words = find.value.trim().toLowerCase();
  const hit = words && (node.name.toLowerCase().includes(words) || node.type.toLowerCase().includes(words));
  context.globalAlpha = words && !hit && node.index !== selected ? 0.3 : 1;
  context.beginPath();
  context.roundRect(node.x, node.y, width, height, 7);
  context.fillStyle = hit ? colours.good : colours.surface;
  context.fill();
  context.save();
  context.clip();
  context.fillStyle = `hsl(${node.hue} 45% 60%)`;
  context.fillRect(node.x, node.y, view.scale > 0.3 ? 6 : width, height);
  context.restore();
  context.lineWidth = node.index === selected ? 3 : 1.2;
  context.strokeStyle = node.index === selected || hit ? colours.accent : colours.muted;
  context.stroke();
  if (view.scale > 0.3) {
    label(node.name, node.x + 16, node.y + 18, `600 13px ${colours.font}`, colours.text);
    label(node.type, node.x + 16, node.y + 35, `11px ${colours.font}`, colours.muted);
  }
  context.globalAlpha = 1;
}

// A long text keeps both its ends, as everywhere in the console.
function label(text, x, y, font, colour) {
  context.font = font;
  context.fillStyle = colour;
  let shown = text;
  for (let keep = Math.min(text.length, 60); context.measureText(shown).width > width - 26 && keep > 4; keep -= 2) {
    shown = text.slice(0, Math.ceil(keep / 2)) + "…" + text.slice(text.length - Math.floor(keep / 2));
  }
  context.fillText(shown, x, y);
}

function select(index, show = true) {
  selected = index;
  selectedText.replaceChildren();
  if (index >= 0) {
    const node = nodes[index];
    const link = document.createElement("a");
    link.href = address(node);
    link.textContent = node.name;
    const more = ` ${node.type}. Depends on ${node.dependencies.length}, used by ${node.dependants.length}, children ${node.children.length}.`;
    selectedText.append(link, more);
    if (show) reveal(node);
  } else {
    selectedText.append(`${nodes.length} resources. Choose one to see what it depends on.`);
  }
  draw();
}

function address(node) {
  return root.dataset.graph + encodeURIComponent(prefix + node.end);
}

// Moves the view only as far as it must.
function reveal(node) {
  touched = true;
  const [x, y] = [node.x * view.scale + view.x, node.y * view.scale + view.y];
  const margin = 30;
  view.x += Math.max(0, margin - x) - Math.max(0, x + width * view.scale + margin - canvas.clientWidth);
  view.y += Math.max(0, margin - y) - Math.max(0, y + height * view.scale + margin - canvas.clientHeight);
}

function step(dx, dy) {
  if (selected < 0) return select(0);
  const from = nodes[selected];
  let best = -1, least = Infinity;
  for (const node of nodes) {
    const [x, y] = [node.x - from.x, node.y - from.y];
    const along = x * dx + y * dy, across = Math.abs(x * dy) + Math.abs(y * dx);
    if (node !== from && along > 0 && along + 3 * across < least) [best, least] = [node.index, along + 3 * across];
  }
  if (best >= 0) select(best);
}

function at(event) {
  const area = canvas.getBoundingClientRect();
  const [x, y] = [(event.clientX - area.left - view.x) / view.scale, (event.clientY - area.top - view.y) / view.scale];
  return nodes.findLast((n) => x >= n.x && x <= n.x + width && y >= n.y && y <= n.y + height)?.index ?? -1;
}

const fingers = new Map();
let moved = false;

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, event);
  moved = false;
});
canvas.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const other = [...fingers.values()].find((f) => f.pointerId !== event.pointerId);
  if (other) {
    const area = canvas.getBoundingClientRect();
    const distance = (f) => Math.hypot(f.clientX - other.clientX, f.clientY - other.clientY) || 1;
    zoom(distance(event) / distance(before), (event.clientX + other.clientX) / 2 - area.left, (event.clientY + other.clientY) / 2 - area.top);
  } else {
    touched = true;
    view.x += event.clientX - before.clientX;
    view.y += event.clientY - before.clientY;
    draw();
  }
  moved ||= Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 2;
  fingers.set(event.pointerId, event);
});
canvas.addEventListener("pointerup", (event) => {
  fingers.delete(event.pointerId);
  if (!moved) select(at(event), false);
});
canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
canvas.addEventListener("dblclick", (event) => { if (at(event) >= 0) location.href = address(nodes[at(event)]); });
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const area = canvas.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY / 400), event.clientX - area.left, event.clientY - area.top);
}, { passive: false });
const keys = {
  ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit, Escape: () => select(-1),
  Enter: () => { if (selected >= 0) location.href = address(nodes[selected]); },
};
canvas.addEventListener("keydown", (event) => {
  if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    keys[event.key]();
  }
});
find.addEventListener("input", draw);
find.addEventListener("keydown", (event) => {
  const words = find.value.trim().toLowerCase();
  if (event.key !== "Enter" || !words) return;
  event.preventDefault();
  const hits = nodes.filter((n) => n.name.toLowerCase().includes(words) || n.type.toLowerCase().includes(words));
  if (hits.length === 0) return;
  if (view.scale < 0.5) zoom(0.7 / view.scale);
  select((hits.find((n) => n.index > selected) ?? hits[0]).index);
});
showParents.addEventListener("change", draw);
showDependencies.addEventListener("change", draw);
document.getElementById("graph-in").addEventListener("click", () => zoom(1.25));
document.getElementById("graph-out").addEventListener("click", () => zoom(0.8));
document.getElementById("graph-fit").addEventListener("click", fit);
window.addEventListener("resize", () => (touched ? draw() : fit()));

function dress() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  colours = { text: of("--text"), muted: of("--muted"), line: of("--muted"), accent: of("--accent"), surface: of("--surface"), good: of("--good-ground"), font: of("--font") };
  draw();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);

for (const element of root.querySelectorAll("[hidden]")) if (element.id !== "graph-data") element.hidden = false;
place();
dress();
fit();
select(-1);
