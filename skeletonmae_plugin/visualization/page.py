"""Style and script of the report: one file, nothing fetched."""

STYLE = """
:root { --ink: #22262d; --soft: #667080; --line: #e3e7ec; --card: #fff;
  --back: #f4f6f8; --accent: #2f5fc4; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
  "DejaVu Sans", sans-serif; }
header { background: #1e2a44; color: #fff; padding: 2.2rem 0 2rem; }
header p { margin: .4rem 0 0; color: #cdd6e6; max-width: 46rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.25; }
.wrap { max-width: 1120px; margin: 0 auto; padding: 0 1.5rem; }
main.wrap { padding-top: 1.5rem; padding-bottom: 3rem; }
section { background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; padding: 1.3rem 1.5rem; margin-bottom: 1.2rem; }
h2 { margin: 0 0 .8rem; font-size: 1.15rem; }
h3 { margin: 0 0 .5rem; font-size: .95rem; font-weight: 600; }
.note { color: var(--soft); font-size: .9rem; margin: .7rem 0 0;
  max-width: 52rem; white-space: pre-line; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .93rem; min-width: 60%; }
th, td { padding: .45rem .9rem; border-bottom: 1px solid var(--line);
  text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; padding-left: 0;
  white-space: normal; }
th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
.tiles { display: grid; gap: 1rem; margin-bottom: 1.2rem;
  grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; padding: .9rem 1.1rem; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2;
  color: var(--accent); font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.charts { display: grid; gap: 1.6rem;
  grid-template-columns: repeat(auto-fit, minmax(min(430px, 100%), 1fr)); }
figure { margin: 0; } figure + figure { margin-top: 1.4rem; }
.charts figure { margin: 0; }
figure img { max-width: 100%; height: auto; display: block; }
figcaption { color: var(--soft); font-size: .88rem; margin-top: .3rem; }
pre { background: #f6f7f9; border: 1px solid var(--line); padding: .9rem;
  border-radius: 8px; overflow-x: auto; font-size: .8rem; line-height: 1.45;
  font-family: ui-monospace, "DejaVu Sans Mono", Menlo, monospace; }
details { border-top: 1px solid var(--line); padding: .55rem 0; }
summary { cursor: pointer; font-weight: 600; font-size: .93rem; }
.stages { display: grid; grid-template-columns: repeat(3, 1fr); gap: .8rem; }
.stages canvas { width: 100%; height: 340px; background: #f6f7f9;
  border-radius: 8px; display: block; touch-action: none; }
.stages div { text-align: center; font-size: .88rem; color: var(--soft); }
.controls { display: flex; flex-wrap: wrap; gap: .8rem; align-items: center;
  margin-bottom: .9rem; font-size: .9rem; }
.controls button, .controls select { font: inherit; padding: .3rem .8rem;
  border: 1px solid #c8cfd9; border-radius: 7px; background: #fff;
  color: var(--ink); }
.controls button { min-width: 5.2rem; cursor: pointer; }
.controls input { flex: 1; min-width: 8rem; accent-color: var(--accent); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem;
  font-size: .85rem; color: var(--soft); margin-top: .8rem; }
.legend i { display: inline-block; width: 1.1rem; height: .28rem;
  border-radius: 2px; margin-right: .4rem; vertical-align: middle; }
@media (max-width: 700px) { .stages { grid-template-columns: 1fr; } }
"""

# Data of a clip: x, pred (M, T, V, C), mask, valid (M, T, V) as 0 and 1,
# bones (parent, child), colours (V), up (axis, sign), yaw, tilt.
SCRIPT = """
(function () {
  'use strict';
  var clips = JSON.parse(document.getElementById('clips').textContent);
  var $ = function (id) { return document.getElementById(id); };
  var canvases = ['original', 'masked', 'reconstructed'].map($);
  var slider = $('frame'), choice = $('clip'), button = $('play');
  var GHOST = '#b9bec6', clip, turn = 0, playing = true, time = 0, last = 0;

  clips.forEach(function (c, i) { choice.add(new Option(c.name, i)); });

  function project(p) {  // as draw.project
    if (p.length === 2) { return [p[0], -p[1]]; }
    var a = clip.up[0], s = clip.up[1], yaw = clip.yaw + turn;
    var right = p[(a + 1) % 3], depth = p[(a + 2) % 3];
    if (s > 0) { var swap = right; right = depth; depth = swap; }
    var towards = depth * Math.cos(yaw) - right * Math.sin(yaw);
    return [right * Math.cos(yaw) + depth * Math.sin(yaw),
            s * p[a] * Math.cos(clip.tilt) - towards * Math.sin(clip.tilt)];
  }

  function box() {  // of all frames, so that nothing jumps
    var b = [Infinity, Infinity, -Infinity, -Infinity];
    clip.x.forEach(function (person, m) {
      person.forEach(function (joints, t) {
        joints.forEach(function (p, v) {
          if (!clip.valid[m][t][v]) { return; }
          var all = clip.mask[m][t][v] ? [p, clip.pred[m][t][v]] : [p];
          all.map(project).forEach(function (q) {
            b = [Math.min(b[0], q[0]), Math.min(b[1], q[1]),
                 Math.max(b[2], q[0]), Math.max(b[3], q[1])];
          });
        });
      });
    });
    return b[0] <= b[2] ? b : [-1, -1, 1, 1];
  }

  function draw(canvas, stage, t) {
    var ratio = window.devicePixelRatio || 1;
    var w = canvas.clientWidth, h = canvas.clientHeight;
    canvas.width = w * ratio; canvas.height = h * ratio;
    var g = canvas.getContext('2d'), b = clip.box;
    g.scale(ratio, ratio);
    g.lineCap = 'round';
    var k = 0.84 * Math.min(w / Math.max(b[2] - b[0], 1e-6),
                            h / Math.max(b[3] - b[1], 1e-6));
    function place(p) {
      var q = project(p);
      return [w / 2 + k * (q[0] - (b[0] + b[2]) / 2),
              h / 2 - k * (q[1] - (b[1] + b[3]) / 2)];
    }
    function line(p, q, colour, width, dash) {
      g.strokeStyle = colour; g.lineWidth = width; g.setLineDash(dash || []);
      g.beginPath(); g.moveTo(p[0], p[1]); g.lineTo(q[0], q[1]); g.stroke();
    }
    clip.x.forEach(function (person, m) {
      var valid = clip.valid[m][t], mask = clip.mask[m][t];
      var truth = person[t].map(place);
      var points = truth.slice();
      if (stage === 2) {
        points = points.map(function (p, v) {
          return mask[v] ? place(clip.pred[m][t][v]) : p;
        });
      }
      var bones = clip.bones.filter(function (e) {
        return valid[e[0]] && valid[e[1]];
      });
      var gone = bones.map(function (e) { return mask[e[0]] || mask[e[1]]; });
      if (stage === 2) {
        bones.forEach(function (e, i) {
          if (gone[i]) { line(truth[e[0]], truth[e[1]], GHOST, 2); }
        });
      }
      bones.forEach(function (e, i) {
        var absent = stage === 1 && gone[i];
        line(points[e[0]], points[e[1]], absent ? GHOST : clip.colours[e[1]],
             absent ? 1.5 : 3.2, absent ? [2, 5] : []);
      });
      g.setLineDash([]);
      points.forEach(function (p, v) {
        if (!valid[v]) { return; }
        var open = stage > 0 && mask[v];
        g.beginPath(); g.arc(p[0], p[1], open ? 3.8 : 2.6, 0, 7);
        g.fillStyle = open ? '#fff' : clip.colours[v]; g.fill();
        if (open) {
          g.lineWidth = 1.6;
          g.strokeStyle = stage === 1 ? GHOST : clip.colours[v]; g.stroke();
        }
      });
    });
  }

  function show() {
    canvases.forEach(function (c, i) { draw(c, i, Number(slider.value)); });
    $('number').textContent = slider.value + ' / ' + slider.max;
  }
  function select() {
    clip = clips[choice.value]; turn = 0; clip.box = box();
    slider.max = clip.x[0].length - 1; slider.value = time = 0; show();
  }
  function tick(now) {
    if (playing && now - last > 90) {
      last = now;
      slider.value = time = (Number(slider.value) + 1) %
        (Number(slider.max) + 1);
      show();
    }
    requestAnimationFrame(tick);
  }
  choice.onchange = select;
  slider.oninput = function () { playing = false; label(); show(); };
  button.onclick = function () { playing = !playing; label(); };
  function label() { button.textContent = playing ? 'Pause' : 'Play'; }
  canvases.forEach(function (c) {
    c.onpointermove = function (e) {
      if (e.buttons && clip.x[0][0][0].length === 3) {
        turn += e.movementX / 120; clip.box = box(); show();
      }
    };
  });
  window.onresize = show;
  select(); label(); requestAnimationFrame(tick);
})();
"""
