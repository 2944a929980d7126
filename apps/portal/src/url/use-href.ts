import { useLocation, useSearch } from 'wouter'

/** Makes the address of this page with some parameters changed, for a link: `href({ open: id })`. `undefined` takes one out. */
export function useHref(): (changes: Readonly<Record<string, string | undefined>>) => string {
  const search = useSearch()
  const [path] = useLocation()
  return (changes) => {
    const params = new URLSearchParams(search)
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) params.delete(name)
      else params.set(name, value)
    }
    const text = params.toString()
    return text === '' ? path : `${path}?${text}`
  }
}
