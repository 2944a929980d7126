import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { type Codec, readParam, writeParam } from './codec.ts'

/**
 * State that is kept in the address, so that a copied link shows the same. `set` replaces the address; with `{ push: true }` the browser's Back undoes it (for what
 * people see as a place: an open row, a tab). Several calls in one event add up.
 */
export function useParam<T>(name: string, codec: Codec<T>): [T, (value: T, how?: { push?: boolean }) => void] {
  const search = useSearch()
  const [, navigate] = useLocation()
  const given = new URLSearchParams(search).get(name)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value only changes with its text; codecs are often made in place
  const value = useMemo(() => readParam(search, name, codec), [given, name])
  const set = useCallback(
    (next: T, { push = false }: { push?: boolean } = {}) => {
      const text = writeParam(window.location.search, name, codec, next)
      navigate(`${pathBelowPortal()}${text === '' ? '' : `?${text}`}`, { replace: !push })
    },
    [name, codec, navigate],
  )
  return [value, set]
}

/** The path as the router sees it. */
function pathBelowPortal(): string {
  return window.location.pathname.replace(/^\/portal(?=\/|$)/, '') || '/'
}
