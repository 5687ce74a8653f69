// The panel: asks, shows answers, and follows footnotes into the page that it stands on.
const MAX_CHARACTERS = 1000;
const MAX_HISTORY = 3;
const LOADED_STYLES = new CSSStyleSheet();
LOADED_STYLES.replaceSync(STYLES);
// On a touch screen a focused field brings up the keyboard, which covers what there is to read.
const isTouched = () => matchMedia('(pointer: coarse)').matches;

class Panel {
  #widget;
  #launcher;
  #base;
  #asking = null;
  #asked = [];
  #cited = null;
  #watcher = null;
  #opener = null;

  constructor(widget, launcher, base) {
    this.#widget = widget;
    this.#launcher = launcher;
    this.#base = base;
    widget.shadowRoot.adoptedStyleSheets.push(LOADED_STYLES);
    this.#build();
    this.#suggest();
    this.onKey = (event) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !this.#isInline && !document.querySelector('dialog:modal')) this.close();
    };
  }

  get #isInline() {
    return this.#widget.hasAttribute('inline');
  }

  get #article() {
    return this.#widget.getAttribute('article');
  }

  #text = (key, values = {}) => {
    const wording = this.#widget.getAttribute(`data-text-${key}`) ?? TEXTS[key];
    return wording.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  #build() {
    const text = this.#text;
    this.input = make('textarea', {
      id: 'question', rows: 1, maxlength: MAX_CHARACTERS, placeholder: text('placeholder'), dir: 'auto', enterkeyhint: 'send',
      autocomplete: 'off', keydown: (event) => this.#key(event),
    });
    this.send = make('button', { class: 'send' }, text('ask'));
    this.suggestions = make('div', { class: 'suggestions' }, make('p', { class: 'label' }, text('looking')));
    this.turns = make('div', { role: 'log', 'aria-live': 'off', 'aria-label': text('conversation'), class: 'turns' });
    this.heard = make('p', { role: 'status', class: 'unseen' });
    this.shown = make('p', { role: 'status', class: 'unseen' });
    this.heading = make('h2', { id: 'title', tabindex: -1 }, text('title'));
    const close = make('button', { type: 'button', class: 'close', 'aria-label': text('close'), click: () => this.close() }, icon('close'));
    this.scroll = make(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'title' },
      make('p', { class: 'disclosure' }, text('disclosure')),
      this.turns,
      this.suggestions,
    );
    this.element = make(
      'section',
      { class: 'panel', role: this.#isInline ? 'region' : 'dialog', 'aria-labelledby': 'title', hidden: true },
      make('div', { class: 'head' }, this.heading, close),
      this.scroll,
      make(
        'form',
        { submit: (event) => this.#submit(event) },
        make('label', { class: 'unseen', for: 'question' }, text('question')),
        this.input,
        this.send,
      ),
    );
    this.back = make('button', { type: 'button', class: 'back', hidden: true, click: () => this.#return() }, text('back'));
    this.container = make('div', { class: this.#isInline ? 'inline' : 'corner' }, this.element, this.back, this.heard, this.shown);
    this.#launcher.parentElement.after(this.container);
  }

  open() {
    if (!this.element.hidden) return this.input.focus();
    this.#opener = document.activeElement;
    this.element.hidden = false;
    this.back.hidden = true;
    this.#launcher.hidden = true;
    document.addEventListener('keydown', this.onKey);
    (isTouched() ? this.heading : this.input).focus({ preventScroll: true });
    this.#widget.tell('open', { article: this.#article });
  }

  close() {
    if (this.element.hidden && this.back.hidden) return;
    this.stop();
    this.#watcher?.disconnect();
    this.element.hidden = true;
    this.back.hidden = true;
    this.#launcher.hidden = false;
    document.removeEventListener('keydown', this.onKey);
    const opener = this.#opener?.isConnected && this.#opener !== document.body ? this.#opener : this.#launcher;
    (opener === this.#widget ? this.#launcher : opener).focus({ preventScroll: true });
    this.#widget.tell('close', { article: this.#article });
  }

  remove() {
    this.stop();
    this.#watcher?.disconnect();
    document.removeEventListener('keydown', this.onKey);
    this.container.remove();
  }

  stop() {
    this.#asking?.abort();
  }

  async #suggest() {
    let found = [];
    try {
      const response = await call(`${this.#base}api/articles/${encodeURIComponent(this.#article)}/suggestions`);
      found = (await response.json()).suggestions;
    } catch (problem) {
      if ([403, 404].includes(problem.status)) {
        this.suggestions.replaceChildren(make('p', { class: 'problem' }, this.#explain(problem)));
        return;
      }
      // Without suggestions a reader can still ask, and is told then what is wrong.
    }
    const buttons = found.map((question) =>
      make('button', { type: 'button', class: 'suggestion', lang: 'en', dir: 'auto', click: () => this.ask(question) }, question),
    );
    this.suggestions.replaceChildren(...(found.length ? [make('p', { class: 'label' }, this.#text('suggested'))] : []), ...buttons);
  }

  #key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.#asking) {
      if (event.type === 'submit') this.stop();
      return;
    }
    this.ask(this.input.value);
  }

  /** Asks, and returns the answer, or null where there was none. */
  async ask(question) {
    const asked = question.trim();
    if (!asked || this.#asking) return null;
    const turn = new Turn(asked, this.#text, (...cited) => this.#cite(...cited));
    this.turns.append(turn.element);
    this.input.value = '';
    // What is the same as before would not be announced again.
    this.heard.textContent = '';
    this.suggestions.hidden = true;
    (isTouched() ? this.scroll : this.input).focus({ preventScroll: true });
    this.#toTop(turn);
    this.#widget.tell('question', { article: this.#article, question: asked });
    this.#asking = new AbortController();
    this.#showAsking(true);
    let answer = null;
    try {
      const body = { question: asked, article: this.#article, scope: 'article', history: this.#asked.slice(-MAX_HISTORY) };
      answer = await askServer(this.#base, body, this.#asking.signal, (sentence) => turn.addSentence(sentence));
      this.#finish(turn, answer);
    } catch (problem) {
      this.#fail(turn, problem);
    }
    this.#asking = null;
    this.#showAsking(false);
    this.#toTop(turn);
    return answer;
  }

  #showAsking(isAsking) {
    this.send.textContent = this.#text(isAsking ? 'stop' : 'ask');
    this.send.classList.toggle('stop', isAsking);
    this.turns.setAttribute('aria-busy', isAsking);
  }

  #toTop(turn) {
    // In a low window it is the whole panel that scrolls.
    for (const box of [this.scroll, this.element]) {
      box.scrollTop += turn.element.getBoundingClientRect().top - box.getBoundingClientRect().top;
    }
  }

  #finish(turn, answer) {
    this.#asked.push(answer.question);
    turn.finish(answer, this.#tools(answer));
    this.suggestions.hidden = !answer.abstained;
    const says = answer.abstention_reason === 'not_in_article' ? this.#text('abstained') : answer.answer;
    this.heard.textContent = [answer.notice, says].filter(Boolean).join(' ');
    this.#widget.tell('answer', answer);
  }

  #fail(turn, problem) {
    const retry = make('button', { type: 'button', class: 'tool retry', click: () => this.#retry(turn) }, this.#text('retry'));
    if (problem.name === 'AbortError') return turn.say(this.#text('stopped'), 'label', retry);
    if (!(problem instanceof Problem)) throw problem;
    const message = this.#explain(problem);
    turn.say(message, 'problem', ...([403, 404].includes(problem.status) ? [] : [retry]));
    this.heard.textContent = message;
    this.#widget.tell('error', { article: this.#article, status: problem.status });
  }

  #explain({ status, detail, seconds }) {
    const [unit, count] = seconds < 90 ? ['second', seconds || 60] : seconds < 5400 ? ['minute', seconds / 60] : ['hour', seconds / 3600];
    const format = new Intl.NumberFormat(LANGUAGE, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 });
    const time = format.format(Math.ceil(count));
    if ([400, 413, 422].includes(status) && detail) return detail;
    return this.#text({ 0: 'lost', 403: 'refused', 404: 'gone', 429: 'limit', 503: 'busy' }[status] ?? 'failed', { time });
  }

  #retry(turn) {
    turn.element.remove();
    this.ask(turn.question);
  }

  #tools(answer) {
    const text = this.#text;
    const done = make('span', { class: 'done', role: 'status' });
    const copy = make('button', { type: 'button', class: 'tool copy', click: () => this.#copy(answer, done) }, icon('copy'), text('copy'));
    const judge = (verdict) =>
      make('button', {
        type: 'button', class: `tool thumb ${verdict}`, 'aria-label': text(verdict), title: text(verdict), 'aria-pressed': 'false',
        click: (event) => this.#judge(answer, verdict, event.currentTarget, done),
      }, icon('thumb'));
    const isQuestion = !answer.abstained || answer.abstention_reason === 'not_in_article';
    const shown = [
      ...(answer.abstained || !navigator.clipboard ? [] : [copy]),
      ...(isQuestion ? [judge('up'), judge('down')] : []),
      done,
    ];
    return [make('div', { class: 'tools' }, ...shown)];
  }

  async #copy(answer, done) {
    const copied = navigator.clipboard.writeText(copiedText(answer, this.#text('source')));
    done.textContent = this.#text(await copied.then(() => 'copied', () => 'uncopied'));
  }

  /** Sends a verdict at once, and after a thumb down the reason, which then replaces it. */
  async #judge(answer, verdict, button, done) {
    const tools = button.parentElement;
    for (const thumb of tools.querySelectorAll('.thumb')) thumb.setAttribute('aria-pressed', thumb === button);
    if (tools.nextElementSibling?.matches('.why')) tools.nextElementSibling.remove();
    if (verdict === 'down') tools.after(this.#reasonForm(answer, button, done));
    tools.nextElementSibling?.querySelector('input').focus();
    answer.feedback = await this.#feedback(answer, { verdict, id: answer.feedback }, done);
  }

  #reasonForm(answer, button, done) {
    const reason = make('input', { type: 'text', maxlength: 500, dir: 'auto' });
    const send = (event) => {
      event.preventDefault();
      form.remove();
      button.focus();
      if (reason.value.trim()) this.#feedback(answer, { verdict: 'down', reason: reason.value.trim(), id: answer.feedback }, done);
    };
    const label = make('label', {}, this.#text('why'), reason);
    const form = make('form', { class: 'why', submit: send }, label, make('button', { class: 'tool' }, this.#text('send')));
    return form;
  }

  /** Returns the id under which the server keeps the verdict. */
  async #feedback(answer, given, done) {
    const { article_id: article, article_version, question, abstained } = answer;
    const spans = answer.citations.map(({ start, end }) => [start, end]);
    const detail = { article, article_version, question, abstained, spans, ...given };
    try {
      const response = await post(`${this.#base}api/feedback`, detail, { keepalive: true });
      done.textContent = this.#text('thanks');
      this.#widget.tell('feedback', detail);
      return (await response.json()).id;
    } catch (problem) {
      done.textContent = this.#explain(problem);
      return given.id;
    }
  }

  /** Follows a footnote: into this page where the sentence stands on it, else to its address. */
  #cite(citation, link, event) {
    const range = canHighlight && !event.ctrlKey && !event.metaKey && !event.shiftKey ? findSentence(this.#widget, citation) : null;
    const goesOn = this.#widget.tell('citation', { citation, isOnPage: range !== null });
    if (!goesOn) return event.preventDefault();
    if (range) {
      event.preventDefault();
      this.#cited?.removeAttribute('aria-current');
      this.#cited = link;
      link.setAttribute('aria-current', 'true');
      showSentence(range);
      this.shown.textContent = this.#text('shown', { quote: citation.quote });
      this.#makeWay(range);
    } else if (!link.href) {
      this.shown.textContent = this.#text('elsewhere');
      this.#noteMissing(link);
    } else if (link.href.split('#')[0] !== location.href.split('#')[0]) {
      link.target = '_blank';
      link.rel = 'noopener';
    }
    return null;
  }

  #noteMissing(link) {
    const turn = link.closest('.answer');
    turn.querySelector('.elsewhere')?.remove();
    turn.append(make('p', { class: 'label elsewhere' }, this.#text('elsewhere')));
  }

  /** Steps aside where the panel would cover the sentence; an inline one offers the way back once it is out of sight. */
  #makeWay(range) {
    if (this.#isInline) return this.#watch();
    const [sentence, panel] = [range.getBoundingClientRect(), this.element.getBoundingClientRect()];
    if (sentence.right <= panel.left || sentence.left >= panel.right) return;
    this.element.hidden = true;
    this.back.hidden = false;
    this.back.focus({ preventScroll: true });
  }

  #watch() {
    this.#watcher ??= new IntersectionObserver(([panel]) => {
      this.back.hidden = panel.isIntersecting;
    });
    this.#watcher.observe(this.element);
  }

  #return() {
    this.#watcher?.disconnect();
    this.back.hidden = true;
    this.element.hidden = false;
    if (this.#isInline) this.element.scrollIntoView({ block: 'nearest' });
    this.#cited?.focus({ preventScroll: !this.#isInline });
  }
}

// The finder is exported for whoever wants to know beforehand what a footnote would find.
export { Panel, findSentence };
