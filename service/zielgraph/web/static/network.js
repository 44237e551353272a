// Puts a canvas in place of the page's still drawing of a network: zoom, move, search, keyboard, words about a node.
// Without this module the page shows the same as SVG with links, and always as a table.
import { NetworkCanvas } from "./network-canvas.js";

const STEP = 80; // pixels
const EDGE = 60; // pixels from the border within which a node counts as hidden
const GLIDE = 200; // milliseconds
const COLOURS = {
  ink: "--ink",
  paper: "--paper",
  quiet: "--quiet",
  soft: "--soft",
  link: "--link",
  focus: "--focus",
  good: "--good",
  bad: "--bad",
  infoSoft: "--info-soft",
  goodSoft: "--good-soft",
  warnSoft: "--warn-soft",
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");

class Net {
  constructor(box, data) {
    Object.assign(this, { box, words: data.words });
    this.canvas = box.querySelector(".net-canvas");
    this.detail = box.querySelector(".net-detail");
    this.nodes = data.nodes.map((values) => {
      const node = Object.fromEntries(data.fields.map((field, index) => [field, values[index]]));
      return Object.assign(node, { outline: data.outlines[node.kind], item: data.items.includes(node.kind) });
    });
    this.open();
    this.net = new NetworkCanvas(this.canvas, this.nodes, data.edges, this.colours());
    this.all();
    this.listen();
    this.say(box.dataset.hint);
  }

  // Show the canvas in place of the still drawing.
  open() {
    for (const part of this.box.querySelectorAll(".net-still")) part.hidden = true;
    for (const part of [this.canvas, this.detail, this.box.querySelector(".net-tools")]) part.hidden = false;
    const names = document.createDocumentFragment();
    for (const { label } of this.nodes.filter((node) => !node.item)) {
      names.append(Object.assign(document.createElement("option"), { value: label }));
    }
    this.box.querySelector("datalist").append(names);
  }

  colours() {
    const own = getComputedStyle(this.box);
    const found = Object.entries(COLOURS).map(([name, property]) => [name, own.getPropertyValue(property)]);
    return { ...Object.fromEntries(found), font: own.fontFamily };
  }

  listen() {
    const { canvas, net } = this;
    this.drag();
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.box.querySelector(".net-tools").addEventListener("click", (event) => {
      const wish = event.target.closest("[data-do]")?.dataset.do;
      if (wish) this.do(wish);
    });
    this.box.querySelector("#netz-suche").addEventListener("change", (event) => this.find(event.target.value));
    new ResizeObserver(() => {
      if (!net.resize()) return;
      if (net.view === this.whole) this.all(); // nobody has moved it yet
      else net.draw();
    }).observe(canvas);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => {
        net.colours = this.colours();
        net.draw();
      });
    }
  }

  // A press on a node chooses it, a second one opens its page; pressed and moved, the view moves.
  drag() {
    const { canvas, net } = this;
    let last = null;
    let moved = 0;
    canvas.addEventListener("pointerdown", (event) => {
      last = event;
      moved = 0;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      const [x, y] = [event.clientX - last.clientX, event.clientY - last.clientY];
      moved += Math.hypot(x, y);
      last = event;
      if (moved > 4) net.pan(x, y);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (last && moved <= 4) this.press(net.at(event.offsetX, event.offsetY));
      last = null;
    });
    canvas.addEventListener("pointercancel", () => (last = null));
  }

  press(index) {
    if (index < 0) this.leave();
    else if (index === this.net.current) this.follow();
    else this.go(index, false);
  }

  // The wheel zooms once the drawing has the focus; before, it belongs to the page.
  wheel(event) {
    if (!event.ctrlKey && document.activeElement !== this.canvas) return;
    event.preventDefault();
    this.net.zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const directions = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
    const others = { "+": "in", "-": "out", 0: "fit" };
    const chosen = this.net.current >= 0;
    if (event.key in directions) this.step(...directions[event.key]);
    else if (event.key === "Home") this.go(this.first());
    else if (event.key === "Enter" && chosen) this.follow();
    else if (event.key === "Escape" && chosen) this.leave();
    else if (event.key in others) this.do(others[event.key]);
    else return;
    event.preventDefault();
  }

  // The node to begin with: the one the network is about, else the most linked.
  first() {
    const centre = this.nodes.findIndex((node) => node.centre);
    return centre >= 0 ? centre : this.most([...this.nodes.keys()]);
  }

  most(indexes) {
    return indexes.reduce((best, index) => (this.nodes[index].links > this.nodes[best].links ? index : best));
  }

  // To the neighbour that lies best in a direction; where none does, to the nearest other node there.
  step(x, y) {
    const { net, nodes } = this;
    if (net.current < 0) return this.go(this.first());
    const from = nodes[net.current];
    const best = (indexes) => {
      let found = -1;
      let least = Infinity;
      for (const index of indexes) {
        const along = (nodes[index].x - from.x) * x + (nodes[index].y - from.y) * y;
        const aside = Math.abs((nodes[index].x - from.x) * y) + Math.abs((nodes[index].y - from.y) * x);
        const cost = Math.hypot(along, 2 * aside);
        if (along > 0 && aside <= 2 * along && cost < least) [found, least] = [index, cost];
      }
      return found;
    };
    const near = best(net.near[net.current].map(([other]) => other));
    const to = near >= 0 ? near : best(nodes.keys());
    if (to >= 0) this.go(to);
  }

  go(index, follow = true) {
    const { net } = this;
    net.current = index;
    this.tell(index);
    const { x, y } = net.seen(index);
    const hidden = x < EDGE || y < EDGE || x > net.width - EDGE || y > net.height - EDGE;
    if (follow && hidden) this.glide({ ...net.view, x: net.view.x + net.width / 2 - x, y: net.view.y + net.height / 2 - y });
    else net.draw();
  }

  // The whole network, at once or gliding there.
  all(glide = false) {
    this.whole = this.net.fitting();
    if (glide) this.glide(this.whole);
    else this.net.show(this.whole);
  }

  leave() {
    this.net.current = -1;
    this.net.draw();
    this.say(this.box.dataset.hint);
  }

  follow() {
    const { url } = this.nodes[this.net.current];
    if (url) location.assign(url);
  }

  // What is said of a node: its name as a link, its kind, its status, how much of what links it.
  tell(index) {
    const { label, url, kind, status } = this.nodes[index];
    const counts = new Map();
    for (const [, relation] of this.net.near[index]) counts.set(relation, (counts.get(relation) ?? 0) + 1);
    const said = [kind, status].filter(Boolean).map((key) => this.words[key]);
    for (const [relation, number] of counts) said.push(`${this.words[relation]}: ${number}`);
    const link = Object.assign(document.createElement("a"), { href: url, textContent: label, dir: "auto" });
    this.detail.replaceChildren(link, ` · ${said.join(" · ")}`);
  }

  say(text) {
    this.detail.replaceChildren(text);
  }

  // To another view, step by step where motion is welcome.
  glide(to) {
    const from = this.net.view;
    if (calm.matches) return this.net.show(to);
    const start = performance.now();
    const turn = (now) => {
      const part = Math.min((now - start) / GLIDE, 1);
      const eased = part * (2 - part);
      if (part >= 1) return this.net.show(to);
      this.net.show(Object.fromEntries(["x", "y", "scale"].map((key) => [key, from[key] + (to[key] - from[key]) * eased])));
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }

  find(text) {
    const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return;
    const found = [...this.nodes.keys()].filter((index) => {
      const label = this.nodes[index].label.toLowerCase();
      return words.every((word) => label.includes(word));
    });
    if (!found.length) return this.say(this.box.dataset.none);
    const best = this.most(found);
    this.go(best, false);
    this.glide(this.net.fitting([best, ...this.net.near[best].map(([other]) => other)]));
  }

  do(wish) {
    const moves = { left: [STEP, 0], right: [-STEP, 0], up: [0, STEP], down: [0, -STEP] };
    if (wish in moves) this.net.pan(...moves[wish]);
    else if (wish === "fit") this.all(true);
    else if (wish === "png") this.save();
    else this.net.zoom(wish === "in" ? 1.4 : 1 / 1.4);
  }

  async save() {
    const address = URL.createObjectURL(await this.net.image());
    Object.assign(document.createElement("a"), { href: address, download: this.box.dataset.file }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}

const box = document.getElementById("netz");
const detail = box.querySelector(".net-detail");
detail.hidden = false;
detail.textContent = box.dataset.waiting;
try {
  const answer = await fetch(box.dataset.url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const data = await answer.json();
  performance.mark("network-data");
  new Net(box, data);
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      performance.mark("network-drawn");
      box.dataset.state = "drawn";
    }),
  );
} catch (error) {
  detail.textContent = box.dataset.failed;
  console.warn(error);
}
