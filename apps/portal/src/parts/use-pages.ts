import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { number } from '../url/codec.ts'
import { useParam } from '../url/use-param.ts'

interface Page {
  cursor?: string | undefined
}

const codec = number(1)
/** The most pages that an address brings back at once. */
const mostPages = 20

/**
 * A list that the API answers in pages with a `cursor`. How many pages were shown stands in the address (`pages`), so that whoever comes back, or follows a link, finds
 * the same place.
 */
export function usePages<P extends Page>(options: {
  key: readonly unknown[]
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<P>
}) {
  const [wanted = 1, setWanted] = useParam('pages', codec)
  const query = useInfiniteQuery({
    queryKey: options.key,
    queryFn: ({ pageParam, signal }) => options.read(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: P) => last.cursor,
  })
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = query
  const shown = data?.pages.length ?? 0
  useEffect(() => {
    if (shown > 0 && shown < Math.min(wanted, mostPages) && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [shown, wanted, hasNextPage, isFetching, isError, fetchNextPage])
  const loadMore = () => {
    setWanted(shown + 1)
    void fetchNextPage()
  }
  return { query, pages: data?.pages ?? [], hasMore: hasNextPage, loadMore }
}
