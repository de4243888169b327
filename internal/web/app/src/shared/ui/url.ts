import { useSearchParams } from 'wouter'

// useUrl returns what the address says after ?, and a function that changes parts of it: an
// empty text or null takes a part away. So every view can be sent.
export function useUrl(): [URLSearchParams, (changes: Record<string, string | null>, options?: { replace?: boolean }) => void] {
  const [params, setParams] = useSearchParams()
  const change = (changes: Record<string, string | null>, { replace = true } = {}) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') after.delete(name)
          else after.set(name, value)
        }
        return after
      },
      { replace },
    )
  return [params, change]
}
