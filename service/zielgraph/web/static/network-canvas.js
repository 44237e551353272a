// A network on a canvas: places come from outside, this draws them, moves and zooms the view, and finds what lies where.
// 5 000 nodes with 20 000 edges are no more than lines in a few paths, so nothing stands between the data and the canvas.

export const LINES = {
  lead: { width: 3.2, dash: [], colour: "link" },
  partner: { width: 1.8, dash: [], colour: "link" },
  addressee: { width: 1.6, dash: [7, 4], colour: "link" },
  "decision-maker": { width: 2.6, dash: [12, 3, 3, 3], colour: "good" },
  declined: { width: 2, dash: [2, 4], colour: "bad" },
  mentioned: { width: 1, dash: [1, 3], colour: "quiet" },
  discussed: { width: 1, dash: [], colour: "quiet" },
  member: { width: 3.2, dash: [1, 4], colour: "good" },
};
const FILLS = { Department: "infoSoft", Network: "goodSoft", Body: "goodSoft", ActorGroup: "warnSoft", Measure: "soft", Goal: "soft" };
const SIGNS = { ongoing: "▶", planned: "○", done: "✓", postponed: "‖", stopped: "■" };
const BATCH = 400; // lines in one path; far longer paths take far longer
const MANY = 4000; // edges; above, they are thin and plain, and left out while the view moves
const NAMES_FROM = 0.55; // scale from which names are drawn
const LIMITS = [0.01, 6];
const PAUSE = 120; // milliseconds after the last move

export class NetworkCanvas {
  // nodes: {x, y, size, kind, short, label, outline, centre, status}; edges: [source, target, relation]
  constructor(canvas, nodes, edges, colours) {
    Object.assign(this, { canvas, nodes, edges, colours, current: -1, moving: 0, frame: 0 });
    this.context = canvas.getContext("2d");
    this.view = { x: 0, y: 0, scale: 1 };
    this.near = nodes.map(() => []);
    this.lines = new Map();
    for (const [source, target, relation] of edges) {
      this.near[source].push([target, relation]);
      this.near[target].push([source, relation]);
      if (!this.lines.has(relation)) this.lines.set(relation, []);
      this.lines.get(relation).push([source, target]);
    }
    this.outlines = new Map([...new Set(nodes.map((node) => node.outline))].map((path) => [path, new Path2D(path)]));
    this.resize();
  }

  // Match the canvas to its place on the page and to the screen, which empties it; whether there was anything to do.
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = Math.min(devicePixelRatio || 1, this.edges.length > MANY ? 1 : 2);
    if (clientWidth === this.width && clientHeight === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width: clientWidth, height: clientHeight, ratio });
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    return true;
  }

  // The view in which these nodes (all of them) are seen whole.
  fitting(indexes = this.nodes.keys(), width = this.width, height = this.height) {
    const [left, top, right, bottom] = this.bounds(indexes);
    const scale = limited(Math.min(width / (right - left), height / (bottom - top), 1.5));
    return { scale, x: width / 2 - (scale * (left + right)) / 2, y: height / 2 - (scale * (top + bottom)) / 2 };
  }

  bounds(indexes = this.nodes.keys()) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const index of indexes) {
      const { x, y } = this.nodes[index];
      box[0] = Math.min(box[0], x - 40);
      box[1] = Math.min(box[1], y - 40);
      box[2] = Math.max(box[2], x + 160); // names stand to the right
      box[3] = Math.max(box[3], y + 40);
    }
    return box;
  }

  // Zoom so that the point of the canvas stays where it is.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = limited(this.view.scale * factor);
    const by = scale / this.view.scale;
    this.show({ scale, x: x - (x - this.view.x) * by, y: y - (y - this.view.y) * by });
  }

  pan(x, y) {
    this.show({ ...this.view, x: this.view.x + x, y: this.view.y + y });
  }

  show(view) {
    this.view = view;
    clearTimeout(this.moving);
    this.moving = setTimeout(() => this.draw((this.moving = 0)), PAUSE);
    this.draw();
  }

  // Where a node is on the canvas.
  seen(index) {
    const { x, y } = this.nodes[index];
    return { x: this.view.x + x * this.view.scale, y: this.view.y + y * this.view.scale };
  }

  // The node at a point of the canvas, -1 where there is none; near misses count.
  at(x, y) {
    let found = -1;
    let least = Infinity;
    this.nodes.forEach((node, index) => {
      const seen = this.seen(index);
      const away = Math.hypot(seen.x - x, seen.y - y) - Math.max(node.size * this.view.scale, 8);
      if (away < 4 && away < least) [found, least] = [index, away];
    });
    return found;
  }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint(this.context, this.view, this.ratio, this.width, this.height));
  }

  // The whole network as a picture of its own.
  async image() {
    const [left, top, right, bottom] = this.bounds();
    const scale = Math.min(2, 6000 / Math.max(right - left, bottom - top));
    const canvas = new OffscreenCanvas(Math.ceil((right - left) * scale), Math.ceil((bottom - top) * scale));
    const view = { scale, x: -left * scale, y: -top * scale };
    this.paint(canvas.getContext("2d"), view, 1, canvas.width, canvas.height, true);
    return canvas.convertToBlob({ type: "image/png" });
  }

  paint(context, view, ratio, width, height, whole = false) {
    const { colours } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, width, height);
    const there = this.nodes.map((node) => [view.x + node.x * view.scale, view.y + node.y * view.scale]);
    if (whole || !this.moving || this.edges.length <= MANY) this.paintLines(context, there, view.scale);
    const linked = new Set(this.current < 0 ? [] : this.near[this.current].map(([other]) => other));
    if (this.current >= 0) this.paintNear(context, there);
    this.nodes.forEach((node, index) => {
      const [x, y] = there[index];
      if (x < -40 || y < -40 || x > width + 40 || y > height + 40) return;
      this.paintNode(context, node, x, y, view.scale, index === this.current ? "current" : linked.has(index) ? "near" : "");
    });
    this.paintNames(context, there, view.scale, width, height, linked);
  }

  paintLines(context, there, scale) {
    const many = this.edges.length > MANY;
    context.globalAlpha = many ? 0.35 : 0.85;
    for (const [relation, pairs] of this.lines) {
      const line = LINES[relation] ?? LINES.discussed;
      context.strokeStyle = this.colours[line.colour];
      context.lineWidth = many ? 0.8 : Math.max(line.width * Math.min(scale, 1), 0.6);
      context.setLineDash(many ? [] : line.dash);
      for (let start = 0; start < pairs.length; start += BATCH) {
        context.beginPath();
        for (const [source, target] of pairs.slice(start, start + BATCH)) {
          context.moveTo(...there[source]);
          context.lineTo(...there[target]);
        }
        context.stroke();
      }
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  paintNear(context, there) {
    context.strokeStyle = this.colours.focus;
    context.lineWidth = 2.5;
    context.beginPath();
    for (const [other] of this.near[this.current]) {
      context.moveTo(...there[this.current]);
      context.lineTo(...there[other]);
    }
    context.stroke();
  }

  paintNode(context, node, x, y, scale, state) {
    const { colours } = this;
    const size = Math.max(node.size * scale, 1.5) * (state === "current" ? 1.3 : 1);
    const width = state === "current" ? 5 : state === "near" || node.centre ? 3 : 1.3;
    context.save();
    context.translate(x, y);
    context.scale(size, size);
    context.fillStyle = colours[FILLS[node.kind] ?? "paper"];
    context.strokeStyle = state ? colours.focus : node.centre ? colours.link : colours.ink;
    context.lineWidth = Math.min(width / size, 1);
    const outline = this.outlines.get(node.outline);
    context.fill(outline);
    context.stroke(outline);
    context.restore();
    if (!node.status || size < 5) return;
    context.fillStyle = colours.ink;
    context.font = `${Math.round(size * 1.2)}px ${colours.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(SIGNS[node.status] ?? "?", x, y);
  }

  // Names once there is room, those of what is chosen and of the middle always.
  paintNames(context, there, scale, width, height, linked) {
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.strokeStyle = this.colours.paper;
    context.fillStyle = this.colours.ink;
    context.lineJoin = "round";
    this.nodes.forEach((node, index) => {
      const chosen = index === this.current || node.centre;
      const own = node.short || (scale > 2 || chosen || (linked.has(index) && scale > 0.9) ? cut(node.label) : "");
      const [x, y] = there[index];
      if (!own || !(chosen || scale >= NAMES_FROM) || x < -300 || y < 0 || x > width || y > height) return;
      context.font = `${chosen ? "600 " : ""}13px ${this.colours.font}`;
      context.lineWidth = 3;
      context.strokeText(own, x + node.size * scale + 5, y);
      context.fillText(own, x + node.size * scale + 5, y);
    });
  }
}

export const cut = (text) => (text.length > 26 ? `${text.slice(0, 25)}…` : text);

const limited = (scale) => Math.min(Math.max(scale, LIMITS[0]), LIMITS[1]);
