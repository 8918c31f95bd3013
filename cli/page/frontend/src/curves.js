import { draw, make } from "./dom.js";

const WIDTH = 460, HEIGHT = 150, LEFT = 44, RIGHT = 8, TOP = 10, BOTTOM = 22, POINTS = 300;

function thinned(values) {
  const stride = Math.ceil(values.length / POINTS);
  return values.map((value, at) => [at, value]).filter(([at, value]) => value !== null && (at % stride === 0 || at === values.length - 1));
}

function range(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length / 20)], high = sorted[sorted.length - 1];
  return [low, high > low ? high : low + 1];
}

function short(value, span) {
  return value.toFixed(span >= 20 ? 0 : span >= 2 ? 1 : 2).replace("-", "−");
}

/** A line over the iterations, as a figure with a caption; nothing for fewer than two values. */
function curve(title, values, low, high) {
  const points = thinned(values);
  if (points.length < 2) return null;
  const [least, most] = low === undefined ? range(values) : [low, high];
  const across = (at) => LEFT + ((WIDTH - LEFT - RIGHT) * at) / Math.max(values.length - 1, 1);
  const down = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(Math.max((value - least) / (most - least), 0), 1));
  const text = (x, y, words, anchor) => {
    const made = draw("text", { x, y, "text-anchor": anchor });
    made.textContent = words;
    return made;
  };
  const grid = [least, (least + most) / 2, most].flatMap((value) => [
    draw("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: down(value), y2: down(value) }),
    text(LEFT - 6, down(value) + 4, short(value, most - least), "end"),
  ]);
  const path = points.map(([at, value]) => `${across(at).toFixed(1)},${down(value).toFixed(1)}`).join(" ");
  const last = values[points[points.length - 1][0]];
  const picture = draw(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${title}: now ${short(last, most - least)} after ${values.length} iterations` },
    ...grid,
    text(LEFT, HEIGHT - 5, "1", "start"),
    text(WIDTH - RIGHT, HEIGHT - 5, `${values.length} iterations`, "end"),
    draw("polyline", { points: path }),
  );
  return make("figure", { class: "curve" }, make("figcaption", {}, title), picture);
}

/** The curves of a run's rows `[stage, iteration, α, ELBO, score]`. */
export function curves(rows) {
  return [
    curve("Mean clause probability", rows.map((row) => row[4]), 0, 1),
    curve("ELBO at the final α, nats", rows.map((row) => row[3])),
  ].filter(Boolean);
}
