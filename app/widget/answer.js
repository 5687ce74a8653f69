// Shows a question and its answer. Every text is set as text, never as markup.
/** Returns an element; `attributes` are set as attributes, functions among them as listeners. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const ICONS = {
  close: 'M5 5 19 19M19 5 5 19',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  thumb: 'M7 11v9H3v-9zM7 11l4-8c2 0 3 1 2.6 3L13 10h6c1.4 0 2.3 1 2 2.4l-1.4 6c-.3 1-1 1.6-2 1.6H7',
};

function icon(name) {
  const [svg, path] = ['svg', 'path'].map((tag) => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Returns the address if a link may open it, else null. */
function webAddress(url) {
  return /^https?:\/\//i.test(url) ? url : null;
}

/** One question with its answer, as far as it has come. */
class Turn {
  #text;
  #onCite;

  /** `text(key, values)` gives the widget's own texts; `onCite(citation, link, event)` follows a footnote. */
  constructor(question, text, onCite) {
    this.question = question;
    this.#text = text;
    this.#onCite = onCite;
    this.prose = make('p', { class: 'prose', lang: 'en', dir: 'auto' });
    this.body = make('div', { class: 'answer' }, make('p', { class: 'searching' }, text('searching')));
    this.element = make(
      'div',
      { class: 'turn' },
      make('p', { class: 'unseen' }, text('asked')),
      make('h3', { class: 'question', dir: 'auto' }, question),
      this.body,
    );
  }

  addSentence(sentence) {
    if (!this.prose.isConnected) this.body.replaceChildren(this.prose);
    const marks = sentence.citations.map((citation) => this.#mark(citation));
    // The last word holds its marks, so that none begins a line.
    const [word] = sentence.text.match(/\S{0,20}$/);
    const rest = sentence.text.slice(0, sentence.text.length - word.length);
    this.prose.append(make('bdi', {}, rest, make('span', { class: 'last' }, word, ...marks)), ' ');
  }

  #section(citation) {
    return citation.section || this.#text('opening');
  }

  #link(citation, attributes, ...children) {
    const href = webAddress(citation.url);
    const follow = (event) => this.#onCite(citation, event.currentTarget, event);
    const more = href ? { href } : { type: 'button' };
    return make(href ? 'a' : 'button', { ...attributes, ...more, click: follow }, ...children);
  }

  #mark(citation) {
    const label = this.#text('footnote', { number: citation.number, section: this.#section(citation) });
    return this.#link(citation, { class: 'mark', 'aria-label': label }, String(citation.number));
  }

  /** Shows the whole answer with what can be done with it. */
  finish(answer, tools) {
    const shown = answer.abstained ? this.#abstention(answer) : this.#answered(answer);
    this.body.replaceChildren(...shown, ...tools);
  }

  #abstention(answer) {
    const says = answer.abstention_reason === 'not_in_article' ? this.#text('abstained') : answer.answer;
    const card = make('p', { class: 'abstained', dir: 'auto' }, says);
    if (!answer.related.length) return [card];
    const passages = answer.related.map((citation) =>
      make(
        'li',
        {},
        this.#link(
          citation,
          { class: 'passage', lang: 'en', dir: 'auto' },
          make('span', { class: 'section', dir: 'auto' }, this.#section(citation)),
          make('span', { class: 'quote' }, citation.quote),
        ),
      ),
    );
    return [card, make('p', { class: 'label' }, this.#text('related')), make('ul', { class: 'passages' }, ...passages)];
  }

  #answered(answer) {
    const notice = answer.notice ? make('p', { class: 'label', lang: 'en', dir: 'auto' }, answer.notice) : null;
    // A quoted sentence stands above already: of those in a row from one section a single line says so.
    const isQuoted = ({ quote }) => answer.sentences.some(({ text }) => text === quote);
    const groups = [];
    for (const citation of answer.citations) {
      const last = groups.at(-1)?.[0];
      const joins = last && last.section === citation.section && isQuoted(last) && isQuoted(citation);
      if (joins) groups.at(-1).push(citation);
      else groups.push([citation]);
    }
    const notes = groups.map((group) => make('li', {}, this.#note(group, !isQuoted(group[0]))));
    const label = make('p', { class: 'unseen' }, this.#text('from'));
    return [notice, this.prose, label, make('ol', { class: 'notes' }, ...notes)].filter(Boolean);
  }

  #note([citation, ...more], hasQuote) {
    return this.#link(
      citation,
      { class: 'note', lang: 'en', dir: 'auto' },
      make('span', { class: 'number' }, [citation, ...more].map(({ number }) => number).join(', ')),
      make('span', { class: 'section' }, this.#section(citation)),
      hasQuote ? make('span', { class: 'quote' }, citation.quote) : null,
    );
  }

  /** Says why there is no answer, or none further; what has come of it stays. */
  say(message, kind, ...tools) {
    const kept = this.prose.isConnected ? [this.prose] : [];
    this.body.replaceChildren(...kept, make('p', { class: kind, dir: 'auto' }, message), ...tools);
  }
}

/** Returns an answer with its sources as plain text for the clipboard. */
function copiedText(answer, sourceLabel) {
  const [first] = answer.citations;
  const source = [first.title, first.published.slice(0, 10)].filter(Boolean).join(', ');
  const address = first.url.split('#')[0];
  const notes = answer.citations.map(
    ({ number, quote, section }) => `[${number}] “${quote}”${section ? ` (${section})` : ''}`,
  );
  return [answer.question, '', answer.answer, '', `${sourceLabel} ${source}`, address, ...notes]
    .filter((line, i) => line || i < 4)
    .join('\n');
}
