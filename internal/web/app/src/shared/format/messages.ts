import { useSyncExternalStore } from 'react'
import { currentLanguage, type Language, onLanguageChange } from './language.ts'

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguageChange, currentLanguage)
}

// Messages are the texts of one feature. A text with something in it is a function, so that
// each language has its own order of words; English adds plurals by `plural`.
type Texts = { [name: string]: string | ((...args: never[]) => string) }

// defineMessages returns a hook for the texts of a feature in the language of the person. The
// type of the English ones holds the Chinese ones to the same names.
export function defineMessages<T extends Texts>(en: T, zh: { [K in keyof T]: T[K] extends string ? string : T[K] }): () => T {
  return () => (useLanguage() === 'en' ? en : (zh as T))
}

// plural returns a number with its noun in English: plural(2, 'person', 'people').
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
