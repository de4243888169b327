import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { clampZoom, fitZoom } from './geometry.ts'

const legible = 0.8 // the zoom at which names are still read with ease

type Size = { width: number; height: number }

// useZoom lets a picture in a window be zoomed by buttons, by the wheel with Ctrl, and by two
// fingers. What is under the pointer stays there.
export function useZoom(window: RefObject<HTMLElement | null>, picture: Size) {
  const [zoom, setZoom] = useState(1)
  const current = useRef(zoom)
  const anchor = useRef<{ x: number; y: number; from: number } | null>(null)

  const zoomTo = useCallback(
    (next: number, at?: { clientX: number; clientY: number }) => {
      const element = window.current
      if (!element) return
      const frame = element.getBoundingClientRect()
      const [x, y] = at ? [at.clientX - frame.left, at.clientY - frame.top] : [element.clientWidth / 2, element.clientHeight / 2]
      anchor.current ??= { x, y, from: current.current }
      setZoom(clampZoom(next))
    },
    [window],
  )

  useLayoutEffect(() => {
    current.current = zoom
    const [element, at] = [window.current, anchor.current]
    anchor.current = null
    if (!element || !at) return
    const by = zoom / at.from
    element.scrollLeft = (element.scrollLeft + at.x) * by - at.x
    element.scrollTop = (element.scrollTop + at.y) * by - at.y
  }, [window, zoom])

  // React listens to wheel and touch passively, and the page would zoom too.
  useEffect(() => {
    const element = window.current
    if (!element) return
    let spread = 0
    let begun = 1
    const wheel = (e: WheelEvent) => {
      if (!e.ctrlKey) return
      e.preventDefault()
      zoomTo(current.current * Math.exp(-e.deltaY / 300), e)
    }
    const touch = (e: TouchEvent) => {
      const [a, b] = [e.touches[0], e.touches[1]]
      if (!a || !b) {
        spread = 0
        return
      }
      const distance = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
      if (spread === 0) [spread, begun] = [distance, current.current]
      e.preventDefault()
      zoomTo(begun * (distance / spread), { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 })
    }
    element.addEventListener('wheel', wheel, { passive: false })
    const touches = ['touchstart', 'touchmove', 'touchend'] as const
    for (const type of touches) element.addEventListener(type, touch, { passive: false })
    return () => {
      element.removeEventListener('wheel', wheel)
      for (const type of touches) element.removeEventListener(type, touch)
    }
  }, [window, zoomTo])

  // A picture that is a little wider than its window begins as wide as the window.
  useLayoutEffect(() => {
    const element = window.current
    if (!element) return
    const wide = fitZoom(picture, { width: element.clientWidth, height: Number.POSITIVE_INFINITY })
    if (wide >= legible) setZoom(wide)
  }, [window, picture])

  const fit = useCallback(() => {
    const element = window.current
    if (element) setZoom(fitZoom(picture, { width: element.clientWidth, height: Math.max(420, element.clientHeight) }))
  }, [window, picture])

  return { zoom, zoomTo, fit }
}
