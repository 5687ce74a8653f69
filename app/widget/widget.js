// The loader: shows the launcher, and fetches nothing more until a reader opens it.
(() => {
  'use strict';
  const NAME = 'footnote-widget';
  const TEXTS = {
    en: ['Ask this article', 'Not available just now'],
    de: ['Den Artikel fragen', 'Gerade nicht verfügbar'],
    es: ['Pregunte al artículo', 'No disponible ahora'],
    fr: ['Interroger l’article', 'Pas disponible pour l’instant'],
    ar: ['اسأل المقال', 'غير متاح الآن'],
  };
  // An important rule in a shadow root beats the page's, so that no rule of the page gets in.
  const STYLES = `
    :host { all: initial !important; display: contents !important; }
    :host([inline]) { display: block !important; }
    :host([hidden]) { display: none !important; }
    @media print { :host { display: none !important; } }
    .root { color-scheme: light dark; font: 400 16px/1.5 var(--footnote-font, Georgia, "Times New Roman", serif); font-size: medium; }
    :host([data-theme="light"]) .root { color-scheme: light; }
    :host([data-theme="dark"]) .root { color-scheme: dark; }
    /* Out of the flow, so that the page's body gets no further item to lay out. */
    :host(:not([inline])) .root { position: absolute; }
    .corner { position: fixed; z-index: var(--footnote-z-index, 2147483000); inset-block-end: var(--footnote-offset, 1.25em); inset-inline-end: var(--footnote-offset, 1.25em); }
    .launcher { all: unset; box-sizing: border-box; display: inline-flex; align-items: center; gap: .5em; min-block-size: 3em; padding: .5em 1.25em .5em 1em; border: 1px solid transparent; border-radius: var(--footnote-radius, 2em); cursor: pointer;
      font: 600 1em/1.2 var(--footnote-ui-font, system-ui, sans-serif);
      background: var(--footnote-accent, light-dark(#8a1c16, #f2b0a5)); color: var(--footnote-on-accent, light-dark(#fff, #2a0d0a)); box-shadow: 0 2px 14px rgb(0 0 0 / .28); }
    :host([inline]) .launcher { inline-size: 100%; min-block-size: 3.5em; box-shadow: none; border-radius: var(--footnote-radius, .25em); }
    .launcher::before { content: "*" / ""; font: 700 1.9em/.6 Georgia, serif; translate: 0 .16em; }
    .launcher:hover { filter: brightness(1.12); }
    .launcher:focus-visible { outline: 3px solid var(--footnote-focus, light-dark(#0b57d0, #a8c7fa)); outline-offset: 3px; }
    .launcher[aria-busy="true"] { cursor: progress; }
    [hidden] { display: none !important; }`;
  // In browsers from before the spring of 2024 the page stays as it is.
  if (!CSS.supports('color', 'light-dark(#000, #fff)')) return;
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const base = new URL('.', script.src).href;

  class FootnoteWidget extends HTMLElement {
    static observedAttributes = ['article'];
    #panel = null;
    #launcher = null;
    #failures = 0;

    connectedCallback() {
      if (!this.shadowRoot) this.#build();
    }

    disconnectedCallback() {
      this.#panel?.stop();
    }

    attributeChangedCallback(_, before, now) {
      if (!this.shadowRoot || before === now) return;
      this.#panel?.remove();
      this.#panel = null;
      this.#offer();
    }

    get language() {
      const wished = this.lang || this.closest('[lang]')?.lang || document.documentElement.lang;
      const code = (wished || 'en').toLowerCase().split('-')[0];
      return TEXTS[code] ? code : 'en';
    }

    get #offered() {
      return this.getAttribute('data-text-launcher') || TEXTS[this.language][0];
    }

    #build() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      const shadow = this.attachShadow({ mode: 'open' });
      shadow.adoptedStyleSheets = [sheet];
      const root = document.createElement('div');
      root.className = 'root';
      root.lang = this.language;
      root.dir = this.language === 'ar' ? 'rtl' : 'ltr';
      const corner = document.createElement('div');
      if (!this.hasAttribute('inline')) corner.className = 'corner';
      this.#launcher = document.createElement('button');
      this.#launcher.type = 'button';
      this.#launcher.className = 'launcher';
      this.#launcher.ariaLive = 'polite';
      this.#launcher.textContent = this.#offered;
      this.#launcher.addEventListener('click', () => this.open());
      this.#launcher.hidden = true;
      corner.append(this.#launcher);
      root.append(corner);
      shadow.append(root);
      this.#offer();
    }

    // Shows the launcher; without an id only where the page's canonical address is indexed.
    async #offer() {
      this.#launcher.hidden = true;
      const article = this.getAttribute('article');
      if (!article) {
        await new Promise((resume) => (window.requestIdleCallback || setTimeout)(resume));
        const id = await this.#lookUp().catch(() => null);
        if (id && !this.getAttribute('article')) this.setAttribute('article', id);
        return;
      }
      this.#launcher.hidden = false;
      this.tell('ready', { article });
    }

    async #lookUp() {
      const canonical = document.querySelector('link[rel="canonical"]')?.href || location.href.split('#')[0];
      const response = await fetch(`${base}api/articles?url=${encodeURIComponent(canonical)}`, { credentials: 'omit' });
      return response.ok ? (await response.json())[0]?.id : null;
    }

    tell(name, detail) {
      return this.dispatchEvent(new CustomEvent(`footnote:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
    }

    async open() {
      if (!this.getAttribute('article')) return;
      this.#launcher.setAttribute('aria-busy', 'true');
      try {
        // A browser keeps a failed import for good, by its address.
        const again = this.#failures ? `?${this.#failures}` : '';
        const { Panel } = await import(`${base}widget/panel.${this.language}.js${again}`);
        this.#panel ??= new Panel(this, this.#launcher, base);
        this.#panel.open();
        this.#launcher.textContent = this.#offered;
      } catch (error) {
        this.#failures++;
        this.#launcher.textContent = TEXTS[this.language][1];
        console.error('Footnote could not be opened.', error);
        this.tell('error', { status: 0 });
      }
      this.#launcher.removeAttribute('aria-busy');
    }

    close() {
      this.#panel?.close();
    }

    async ask(question) {
      await this.open();
      return this.#panel?.ask(String(question ?? '')) ?? null;
    }
  }

  if (!customElements.get(NAME)) customElements.define(NAME, FootnoteWidget);
  const first = () => document.querySelector(NAME);
  // A page's element with that id is the window's property, too.
  if (!window.footnote?.ask) window.footnote = {
    open: () => first()?.open(),
    close: () => first()?.close(),
    ask: (question) => first()?.ask(question),
  };

  // A tag with an article makes its widget; one without leaves that to elements on the page, if there are any.
  const place = () => {
    const article = script.dataset.article;
    // Neither beside elements of the page's own nor twice in the same corner.
    if (article ? document.querySelector(`${NAME}[article="${CSS.escape(article)}"]:not([inline])`) : first()) return;
    const widget = document.createElement(NAME);
    for (const { name, value } of script.attributes) {
      if (name === 'lang' || name.startsWith('data-')) widget.setAttribute(name === 'data-article' ? 'article' : name, value);
    }
    document.body.append(widget);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', place);
  else place();
})();
