import { useLocation } from 'wouter'

// usePathCode returns the code at the end of the path. The router decodes a path as a whole,
// which keeps the %2F of a code with a slash and cannot tell %25 from a percent sign.
export function usePathCode(): string {
  useLocation()
  return codeOf(location.pathname)
}

export function codeOf(path: string): string {
  const last = path.split('/').findLast((part) => part !== '') ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last // somebody typed a path that is no valid encoding: no code is like it
  }
}
