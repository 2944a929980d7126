import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** How wide an element is, in CSS pixels; 0 before it is shown. */
export function useWidth<T extends HTMLElement>(): [RefObject<T | null>, number] {
  const element = useRef<T>(null)
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    if (element.current === null) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)))
    observer.observe(element.current)
    setWidth(Math.floor(element.current.getBoundingClientRect().width))
    return () => observer.disconnect()
  }, [])
  return [element, width]
}
