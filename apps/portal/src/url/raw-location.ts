import { type BrowserLocationHook, type BrowserSearchHook, useBrowserLocation, useSearch } from 'wouter/use-browser-location'

/** The router decodes what it reads, but not all of it, so that `a%2Fb` and `a%252Fb` become the same. This makes it leave the address as it is. */
function kept(text: string): string {
  return text.replaceAll('%', '%25')
}

/** The path as the browser has it. Parts of it are decoded one by one (`decodePart`). */
export const useRawLocation: BrowserLocationHook = (options) => {
  const [path, navigate] = useBrowserLocation(options)
  return [kept(path), navigate]
}

export const useRawSearch: BrowserSearchHook = (options) => kept(useSearch(options))

/** A part of a path as it was before it was written there. What nobody has encoded stays. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
