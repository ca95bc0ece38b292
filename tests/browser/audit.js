// What is wrong with the page as it stands on the screen: a list of sentences, empty if nothing is.
(function (width, dark) {
  "use strict";
  const found = [];
  const all = (selector, root) => [...(root || document).querySelectorAll(selector)];
  const text = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");
  const box = (element) => element.getBoundingClientRect();
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inDetails = (element) => element.closest("details:not([open]) > :not(summary)");

  // Colours.
  function parse(colour) {
    const parts = colour.match(/[\d.]+/g).map(Number);
    return parts.length > 3 ? parts : [...parts, 1];
  }
  function luminance(colour) {
    const [r, g, b] = colour.slice(0, 3).map(function (part) {
      const p = part / 255;
      return p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(one, other) {
    const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dim + 0.05);
  }
  function background(element) {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
  }
  const back = luminance(background(document.body));
  if (dark ? back > 0.1 : back < 0.7) found.push(`the background is ${dark ? "light" : "dark"}`);
  for (const each of all(".card")) {
    const card = luminance(background(each));
    if (dark ? card > 0.1 : card < 0.7) found.push(`the card ${each.id} is in the wrong colours`);
  }

  // Text that can be read: large enough and in contrast with what is behind it.
  for (const each of all("body *")) {
    if (/^(script|style|noscript|option)$/i.test(each.tagName) || inDetails(each)) continue;
    const own = [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !shown(each) || !box(each).width) continue;
    const style = getComputedStyle(each), svg = each.closest("svg");
    if (parseFloat(style.fontSize) < (svg ? 10.5 : 12)) found.push(`small text: ${text(each)}`);
    const bar = svg && style.fontSize && each.matches(".bartext-inside") && each.parentElement;
    const behind = bar ? parse(getComputedStyle(bar.querySelector("path")).fill) : background(each);
    const colour = parse(svg ? style.fill : style.color);
    const ratio = contrast(colour, behind), least = bar ? 3 : 4.5;
    if (ratio < least) found.push(`low contrast ${ratio.toFixed(2)}: ${text(each)}`);
  }

  // Nothing is wider than the screen but what scrolls inside itself.
  if (document.documentElement.scrollWidth > width) {
    found.push(`the page is ${document.documentElement.scrollWidth} pixels wide, not ${width}`);
  }
  for (const each of all("body *")) {
    if (each.closest("svg") || each.closest(".scroll > *") || each.matches(".skip")) continue;
    if (!shown(each) || inDetails(each)) continue;
    if (box(each).right > width + 1) found.push(`beyond the screen: ${each.tagName} ${text(each)}`);
    const hides = /hidden|clip/.test(getComputedStyle(each).overflowX);
    if (hides && each.scrollWidth > each.clientWidth + 1) found.push(`cut off: ${text(each)}`);
  }

  // Charts.
  // A box of text is higher than its letters.
  function apart(one, other) {
    const a = box(one), b = box(other), air = Math.min(a.height, b.height) / 5;
    return a.right <= b.left + 1 || b.right <= a.left + 1 ||
      a.bottom - air <= b.top + air || b.bottom - air <= a.top + air;
  }
  const turned = (label) => /rotate\((?!0[,)])/.test(label.getAttribute("transform") || "");
  const plots = all(".plot");
  if (!plots.length) found.push("there are no charts");
  for (const plot of plots) {
    const section = plot.closest("section"), name = plot.id;
    if (!text(section.querySelector("h2")).endsWith("?")) found.push(`${name} has no question`);
    if (!/^Columns: ./.test(text(section.querySelector(".source")))) {
      found.push(`${name} has no columns`);
    }
    if (plot.getAttribute("role") !== "img" || !plot.getAttribute("aria-label")) {
      found.push(`${name} has no description`);
    }
    if (!section.querySelector("table tbody tr")) found.push(`${name} has no table`);
    if (!plot.data) { found.push(`${name} is not drawn`); continue; }
    // Attributes of style that have no use for a kind of axis or trace are no fault.
    for (const each of Plotly.validate(plot.data, plot.layout) || []) {
      const idle = each.container === "layout" && /schema|unused|dynamic|value/.test(each.code);
      if (!idle) found.push(`${name} is no valid figure: ${each.msg}`);
    }

    const visible = plot.data.filter((trace) => trace.visible !== "legendonly");
    for (const trace of visible) {
      const values = trace.values || (trace.orientation === "h" ? trace.x : trace.y) || [];
      if (![...values].some(Number.isFinite)) found.push(`${name}: ${trace.name} is empty`);
    }
    const marks = all(".trace path", plot).filter(function (mark) {
      const size = box(mark), style = getComputedStyle(mark);
      const filled = style.fill !== "none" && size.width >= 0.5 && size.height >= 0.5;
      const drawn = style.stroke !== "none" && Math.max(size.width, size.height) >= 2;
      return shown(mark) && (filled || drawn);
    });
    for (const mark of marks) {
      const style = getComputedStyle(mark);
      const paint = parse(style.fill !== "none" ? style.fill : style.stroke);
      const ratio = paint[3] ? contrast(paint, background(plot)) : 21;
      if (ratio < 2.95) found.push(`${name} has a mark of low contrast, ${ratio.toFixed(2)}`);
    }
    if (visible.length && !marks.length) found.push(`${name} shows nothing`);
    if (visible.length > marks.length) found.push(`${name} shows fewer marks than traces`);
    if (/no data/i.test(text(plot))) found.push(`${name} says that there is no data`);

    const axes = Object.keys(plot.layout).filter((key) => /^[xy]axis/.test(key));
    const month = (key) => plot._fullLayout[key].type === "date";
    const titled = (key) => text(plot.querySelector(`.${key.replace("axis", "")}title`));
    const words = (key) => plot._fullLayout[key].type === "category" || plot.layout[key].ticktext;
    for (const key of axes) {
      if (!month(key) && !words(key) && !titled(key)) found.push(`${name}: ${key} has no unit`);
    }
    const frame = box(plot);
    const labels = all("svg text", plot).filter((label) => shown(label) && text(label));
    for (const label of labels) {
      const b = box(label), out = 1.5;
      if (b.left < frame.left - out || b.right > frame.right + out ||
          b.top < frame.top - out || b.bottom > frame.bottom + out) {
        found.push(`${name}: clipped: ${text(label)}`);
      }
    }
    // Boxes of turned labels cross each other though the labels do not.
    for (let one = 0; one < labels.length; one++) {
      for (let other = one + 1; other < labels.length; other++) {
        const a = labels[one], b = labels[other];
        if ((turned(a) && turned(b)) || a.contains(b) || b.contains(a)) continue;
        if (!apart(a, b)) found.push(`${name}: "${text(a)}" lies on "${text(b)}"`);
      }
    }
  }

  // Structure, for those who do not see the page.
  if (!document.documentElement.lang) found.push("the page has no language");
  for (const one of ["main", "nav", "header", "h1"]) {
    if (all(one).length !== 1) found.push(`the page needs one ${one}`);
  }
  const ids = all("[id]").map((each) => each.id);
  for (const id of ids) {
    if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`two elements are called ${id}`);
  }
  for (const link of all("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) found.push(`${link.hash} leads nowhere`);
  }
  for (const link of all("main > section")) {
    if (!document.querySelector(`nav a[href='#${link.id}']`)) {
      found.push(`${link.id} is not in the contents`);
    }
  }
  for (const each of all("button, a, summary")) {
    if (!text(each) && !each.getAttribute("aria-label")) found.push("a control has no name");
  }
  for (const each of all("[aria-labelledby]")) {
    if (!text(document.getElementById(each.getAttribute("aria-labelledby")))) {
      found.push(`${each.id || each.tagName} is labelled by nothing`);
    }
  }
  return [...new Set(found)];
})
