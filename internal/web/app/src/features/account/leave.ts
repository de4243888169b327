import { base } from '@/shared/api/ask.ts'
import { currentLanguage } from '@/shared/format/language.ts'

// leave goes to the page for signing in, once the session is over. The server says there what
// was done, and leads back here.
export function leave(query: Record<string, string> = {}): void {
  location.assign(`${base}sign-in?${new URLSearchParams({ lang: currentLanguage(), next: `${base}account`, ...query })}`)
}
