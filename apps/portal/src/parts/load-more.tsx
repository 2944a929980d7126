import { Button } from './button.tsx'
import { Problem } from './problem.tsx'
import type { usePages } from './use-pages.ts'

/** The foot of a list: how much is shown, and a button for more. */
export function LoadMore({
  list,
  shown,
  what,
}: {
  list: Pick<ReturnType<typeof usePages>, 'query' | 'hasMore' | 'loadMore'>
  shown: number
  what: string
}) {
  const { query, hasMore, loadMore } = list
  return (
    <div className="flex flex-wrap items-center gap-3 py-3 text-sm text-soft">
      <span>
        {shown.toLocaleString()} {what}
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
