// Finds a citation's sentence in the host page's own text, and shows it without touching the page's elements.
const NOT_TEXT = 'script, style, noscript, template, textarea, select, svg, footnote-widget';
const BESIDE = 'aside, figure, nav, button, sup, [aria-hidden="true"], [role="doc-noteref"]';
const HIGHLIGHT = 'footnote';

/** Returns a text without what pages change of it: case, white space, kinds of quotes and dashes, soft hyphens. */
function folded(text) {
  return text
    .replace(/[“”„‟«»″]/g, '"')
    .replace(/[‘’‚‛‹›′`´]/g, "'")
    .replace(/[‐-―−]/g, '-')
    .normalize('NFKD')
    .replace(/[\s\u00ad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g, '')
    .toLowerCase();
}

const foldedCharacters = new Map();

function foldedCharacter(character) {
  if (!foldedCharacters.has(character)) foldedCharacters.set(character, folded(character));
  return foldedCharacters.get(character);
}

function isShown(element) {
  if (element.matches('details:not([open])')) return false;
  // An element of display: contents has no box of its own, and its text is shown.
  return element.checkVisibility({ visibilityProperty: true }) || getComputedStyle(element).display === 'contents';
}

function isBeside(element) {
  // Text for screen readers alone is clipped to a pixel.
  return element.closest(BESIDE) !== null || (element.offsetWidth <= 1 && element.offsetHeight <= 1);
}

/** Returns the page's shown text, folded, with the text node and offset of each of its characters. */
function readPage(leavesOutBeside) {
  const judged = new Map();
  const isRead = (element) => {
    if (!judged.has(element)) {
      judged.set(element, !element.closest(NOT_TEXT) && isShown(element) && !(leavesOutBeside && isBeside(element)));
    }
    return judged.get(element);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const places = [];
  let text = '';
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!isRead(node.parentElement)) continue;
    let offset = 0;
    for (const character of node.data) {
      const kept = foldedCharacter(character);
      for (let i = 0; i < kept.length; i++) places.push([node, offset, character.length]);
      text += kept;
      offset += character.length;
    }
  }
  return { text, places };
}

/** Returns whether letters or digits stand on both sides of a place in a text node. */
function isInWord(node, offset) {
  return /^[\p{L}\p{N}]{2}$/u.test(node.data.slice(Math.max(offset - 1, 0), offset + 1));
}

function occurrences(page, wanted) {
  const found = [];
  for (let at = page.text.indexOf(wanted); at >= 0 && wanted; at = page.text.indexOf(wanted, at + 1)) {
    const [first, start] = page.places[at];
    const [last, end, length] = page.places[at + wanted.length - 1];
    if (isInWord(first, start) || isInWord(last, end + length)) continue;
    const range = new Range();
    range.setStart(first, start);
    range.setEnd(last, end + length);
    found.push({ at, range });
  }
  return found;
}

function sharedEnd(one, other) {
  let count = 0;
  while (count < one.length && count < other.length && one.at(-1 - count) === other.at(-1 - count)) count++;
  return count;
}

/** Returns the range of a citation's sentence, or null; where it stands several times, the one that is meant. */
function findSentence(widget, citation) {
  const own = widget.closest('article');
  const [wanted, before, heading] = [citation.quote, citation.before ?? '', citation.section].map(folded);
  for (const leavesOutBeside of [false, true]) {
    const page = readPage(leavesOutBeside);
    const ranked = occurrences(page, wanted).map(({ at, range }) => {
      const element = range.startContainer.parentElement;
      const headed = heading ? page.text.lastIndexOf(heading, at - heading.length) : 0;
      const rank = [
        own?.contains(element) ? 1 : 0,
        sharedEnd(page.text.slice(0, at), before),
        isBeside(element) ? 0 : 1,
        headed < 0 ? -Infinity : headed - at,
      ];
      return { range, rank };
    });
    const better = (a, b) => b.rank.map((value, i) => value - a.rank[i]).find((difference) => difference) ?? 0;
    if (ranked.length) return ranked.sort(better)[0].range;
  }
  return null;
}

const canHighlight = 'highlights' in CSS && 'checkVisibility' in Element.prototype;

/** Highlights a range and brings it into view, at a third of the window's height. */
function showSentence(range) {
  if (!CSS.highlights.has(HIGHLIGHT)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `::highlight(${HIGHLIGHT}) { background-color: var(--footnote-highlight, #ffe08a); color: var(--footnote-on-highlight, #1a1714); }`,
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  CSS.highlights.set(HIGHLIGHT, new Highlight(range));
  for (let box = range.startContainer.parentElement; box && box !== document.documentElement; box = box.parentElement) {
    if (box.scrollHeight > box.clientHeight && /auto|scroll/.test(getComputedStyle(box).overflowY)) {
      box.scrollTop += range.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    }
  }
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const top = scrollY + range.getBoundingClientRect().top - innerHeight / 3;
  scrollTo({ top, behavior: isStill ? 'instant' : 'smooth' });
}
