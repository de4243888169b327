import { useState } from 'react'

// useIds returns the id under which something is recorded. The same content has the same id as
// long as the form is open, so that it counts once when it is sent again.
export function useIds(): (content: string) => string {
  const [ids] = useState(() => new Map<string, string>())
  return (content) => {
    const id = ids.get(content) ?? newId()
    ids.set(content, id)
    return id
  }
}

// crypto.randomUUID is there on https and on the own machine alone.
function newId(): string {
  if (crypto.randomUUID) return crypto.randomUUID()
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
