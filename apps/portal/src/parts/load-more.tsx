import { Button } from './button.tsx'
import { Problem } from './problem.tsx'
import type { usePages } from './use-pages.ts'

/** The foot of a list: how much is shown, and a button for more. */
export function LoadMore({
  list,
  shown,
  one,
  many,
}: {
  list: Pick<ReturnType<typeof usePages>, 'query' | 'hasMore' | 'loadMore'>
  shown: number
  /** What the rows are: `event`, `events`. */
  one: string
  many: string
}) {
  const { query, hasMore, loadMore } = list
  return (
    <div className="flex flex-wrap items-center gap-3 py-3 text-sm text-soft">
      <span>
        {shown.toLocaleString()} {shown === 1 ? one : many}
        {hasMore ? ' so far.' : ', and no more.'}
      </span>
      {hasMore && (
        <Button onClick={loadMore} isBusy={query.isFetchingNextPage}>
          Load more
        </Button>
      )}
      {query.isFetchNextPageError && <Problem what="More could not be read" error={query.error} onRetry={loadMore} />}
    </div>
  )
}
