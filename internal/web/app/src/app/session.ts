import { useSyncExternalStore } from 'react'
import { base } from '@/shared/api/ask.ts'
import { currentLanguage } from '@/shared/format/language.ts'

// Whether a session has ended in the middle: the page stays as it is, and says so.

let ended = false
const listeners = new Set<() => void>()

export function noteSignedOut(): void {
  setEnded(true)
}

export function noteSignedIn(): void {
  setEnded(false)
}

function setEnded(now: boolean): void {
  if (ended === now) return
  ended = now
  for (const notify of listeners) notify()
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify)
  return () => listeners.delete(notify)
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => ended)
}

// signInPath leads to the page for signing in, which leads back to where one was.
export function signInPath(): string {
  const next = location.pathname + location.search
  return `${base}sign-in?${new URLSearchParams({ lang: currentLanguage(), next })}`
}
