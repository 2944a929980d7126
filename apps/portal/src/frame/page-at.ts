import { type PageEntry, pages } from '../pages.ts'

/** The page that a path opens. Paths without a `:name` come first. */
export function pageAt(path: string): PageEntry | undefined {
  const matches = ({ path: pattern }: PageEntry) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path)
  return pages.find((page) => page.path === path) ?? pages.find(matches)
}
