// What is wrong on a page, by kind: the mistakes that can be told without judgement.
() => {
  const shown = (e) => e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const brief = (e) => e.outerHTML.slice(0, 120);
  const idsOf = (e, name) => (e.getAttribute(name) || "").split(" ").filter(Boolean);

  const named = (e) =>
    (e.getAttribute("aria-label") || e.textContent || "").trim() ||
    e.labels?.length ||
    idsOf(e, "aria-labelledby").some((id) => document.getElementById(id)) ||
    e.querySelector("img[alt]:not([alt=''])");

  // WCAG 2.2, 1.4.3: contrast of text; grounds that are pictures or mixed colours are left out.
  const numbers = (colour) => (colour.startsWith("rgb") ? colour.match(/[\d.]+/g).map(Number) : null);
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) =>
    0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const groundOf = (e) => {
    for (; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      const colour = numbers(style.backgroundColor);
      if (!colour || style.backgroundImage !== "none") return null;
      if (colour.length === 3 || colour[3] > 0.9) return colour;
    }
    return [255, 255, 255];
  };
  const faint = (e) => {
    const [text, ground] = [numbers(getComputedStyle(e).color), groundOf(e)];
    if (!text || !ground) return false;
    const [more, less] = [light(text), light(ground)].sort((x, y) => y - x);
    return (more + 0.05) / (less + 0.05) < 4.5;
  };
  const hasText = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const texts = all("p, span, a, button, h1, h2, h3, dt, dd, label, legend, li, summary, time, s").filter(
    (e) => hasText(e) && !e.closest(":disabled, .sr-only, .line-through"),
  );

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const references = ["aria-describedby", "aria-labelledby", "aria-controls"];
  const found = {
    headings: all("h1").length === 1 ? [] : ["one h1 is wanted", ...all("h1").map(brief)],
    unnamed: all("a[href], button, input, select, textarea").filter((e) => !named(e)).map(brief),
    pictures: all("img").filter((e) => !e.hasAttribute("alt")).map(brief),
    doubled: ids.filter((id, index) => ids.indexOf(id) !== index),
    dangling: all("*")
      .filter((e) => references.some((name) => idsOf(e, name).some((id) => !document.getElementById(id))))
      .map(brief),
    faint: texts.filter(faint).map((e) => `${brief(e)} ${getComputedStyle(e).color} on ${groundOf(e)}`),
    // WCAG 2.2, 2.5.8: targets of 24 by 24.
    small: all("button, select, input:not([type=radio])")
      .filter((e) => e.getBoundingClientRect().height < 24)
      .map(brief),
    wide: document.documentElement.scrollWidth > window.innerWidth + 1 ? ["the page scrolls sideways"] : [],
    untitled: document.title && document.documentElement.lang ? [] : ["title or lang is missing"],
  };
  return Object.fromEntries(Object.entries(found).filter(([, where]) => where.length));
}
