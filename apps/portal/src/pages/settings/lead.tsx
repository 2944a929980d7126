import type { ReactNode } from 'react'

/** The first sentence of a tab: what is the case. */
export function Lead({ children }: { children: ReactNode }) {
  return <p className="mb-4 max-w-[80ch] text-pretty">{children}</p>
}
