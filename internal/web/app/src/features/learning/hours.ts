import { useState } from 'react'
import { useUrl } from '@/shared/ui/url.ts'

export const hoursBounds = { min: 1, max: 20 }

const key = 'zhitu-hours'
const usual = 4

// parseHours reads hours a week, and takes what is none for absent.
export function parseHours(text: string | null): number | null {
  const hours = Number(text)
  return Number.isInteger(hours) && hours >= hoursBounds.min && hours <= hoursBounds.max ? hours : null
}

// parseMinutes reads a budget in minutes, and takes what is none for absent.
export function parseMinutes(text: string | null): number | null {
  const minutes = Number(text)
  return Number.isInteger(minutes) && minutes > 0 && minutes <= 1_000_000 ? minutes : null
}

// useHours returns the hours a week: those of the address, so that a view can be sent, else
// those chosen last in this browser. While the person moves the slider, nothing is written.
export function useHours() {
  const [params, setUrl] = useUrl()
  const [moving, move] = useState<number | null>(null)
  const hours = moving ?? parseHours(params.get('hours')) ?? parseHours(localStorage.getItem(key)) ?? usual
  const keep = (chosen: number) => {
    localStorage.setItem(key, String(chosen))
    move(null)
    setUrl({ hours: String(chosen) })
  }
  return { hours, move, keep }
}
