import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Problem } from './problem.tsx'
import { Skeleton } from './skeleton.tsx'

interface Props<T> {
  query: UseQueryResult<T>
  /** What is read: `the list`. */
  what: string
  lines?: number
  children: (data: T) => ReactNode
}

/** What a query brings, once it is there; until then a skeleton, or the problem with a button to try again. */
export function Loaded<T>({ query, what, lines, children }: Props<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Problem what={`${capital(what)} could not be read`} error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton what={what} {...(lines === undefined ? {} : { lines })} />
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
