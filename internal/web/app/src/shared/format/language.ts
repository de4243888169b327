// The language of the application: what the person chose last in this browser, else what the
// browser prefers.

export type Language = 'en' | 'zh-CN'

const key = 'zhitu-language'
const changed = 'zhitu-language-changed'

function preferred(): Language {
  const chosen = localStorage.getItem(key)
  if (chosen === 'en' || chosen === 'zh-CN') return chosen
  for (const tag of navigator.languages) {
    if (tag.startsWith('zh')) return 'zh-CN'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}

let language = preferred()

export function currentLanguage(): Language {
  return language
}

export function chooseLanguage(chosen: Language): void {
  language = chosen
  localStorage.setItem(key, chosen)
  window.dispatchEvent(new Event(changed))
}

export function onLanguageChange(notify: () => void): () => void {
  window.addEventListener(changed, notify)
  return () => window.removeEventListener(changed, notify)
}
