// Takes the place of the module of @rc-component/util that adds style elements, which the
// policy of the page refuses. A constructed style sheet needs no permission, because only
// scripts of our own can make one.

const sheets = new Map<string, CSSStyleSheet>()

type Options = { prepend?: boolean | 'queue' }

export function updateCSS(css: string, key: string, options: Options = {}): HTMLStyleElement {
  if (options.prepend !== 'queue') {
    // the styles of components, which antd.css has
    let sheet = sheets.get(key)
    if (!sheet) {
      sheet = new CSSStyleSheet()
      sheets.set(key, sheet)
      document.adoptedStyleSheets.push(sheet)
    }
    sheet.replaceSync(css)
  }
  return document.createElement('style') // callers set attributes of what they get
}

export function removeCSS(key: string): void {
  const sheet = sheets.get(key)
  if (!sheet) return
  sheets.delete(key)
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet)
}

export function injectCSS(css: string, options?: Options): HTMLStyleElement {
  return updateCSS(css, css, options)
}

export function clearContainerCache(): void {}
