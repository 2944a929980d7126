import { Link, useLocation } from 'wouter'
import { useMe } from '../api/me.ts'
import { type PageEntry, pages } from '../pages.ts'
import { Sheet } from '../parts/dialog.tsx'
import { Icon } from '../parts/icon.tsx'
import { useWaitingReviews } from './use-waiting-reviews.ts'

const entries = pages.filter((page) => page.rail !== undefined)

/** The pages at the left: with words where there is room, as pictures with their names below 1100 px, in a sheet below 720 px. */
export function Rail() {
  return (
    <nav aria-label="Pages" className="sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r bg-surface narrow:flex">
      <Link
        href="/"
        className="flex h-12 shrink-0 items-center gap-2 px-3.5 font-semibold tracking-tight"
        aria-label="Sallyport, first page"
      >
        <img src="/portal/icon.svg" alt="" width="22" height="22" />
        <span className="hidden wide:inline">Sallyport</span>
      </Link>
      <Entries />
    </nav>
  )
}

export function NarrowRail({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title="Sallyport" side="left">
      <nav aria-label="Pages">
        <Entries isWide onChoose={onClose} />
      </nav>
    </Sheet>
  )
}

function Entries({ isWide = false, onChoose }: { isWide?: boolean; onChoose?: () => void }) {
  const { may } = useMe()
  const mine = entries.filter(({ needs }) => needs === undefined || may(needs))
  const above = mine.filter(({ rail }) => rail?.group === undefined)
  const below = mine.filter(({ rail }) => rail?.group === 'below')
  return (
    <>
      {[above, below].map((group, place) => (
        <ul key={place} className={`space-y-0.5 p-2 ${place === 1 ? 'mt-2 border-t' : ''}`}>
          {group.map((page) => (
            <Entry key={page.path} page={page} isWide={isWide} onChoose={onChoose} />
          ))}
        </ul>
      ))}
    </>
  )
}

function Entry({ page, isWide, onChoose }: { page: PageEntry; isWide: boolean; onChoose: (() => void) | undefined }) {
  const [path] = useLocation()
  const isHere = page.path === '/' ? path === '/' : path === page.path || path.startsWith(`${page.path}/`)
  // Where there is no room for them they still are the name of the link.
  const words = isWide ? '' : 'max-wide:sr-only'
  return (
    <li>
      <Link
        href={page.path}
        onClick={onChoose}
        aria-current={isHere ? 'page' : undefined}
        title={isWide ? undefined : page.title}
        className={`relative flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium ${isHere ? 'bg-tint text-accent' : 'text-soft hover:bg-hover hover:text-ink'}`}
      >
        {page.rail && <Icon name={page.rail.icon} />}
        <span className={words}>{page.title}</span>
        {page.path === '/events' && <WaitingReviews className={words} />}
      </Link>
    </li>
  )
}

function WaitingReviews({ className }: { className: string }) {
  const waiting = useWaitingReviews()
  if (waiting === undefined) return null
  return (
    <span className={`ml-auto rounded-full bg-review-tint px-1.5 text-xs text-review ${className}`}>
      {waiting}
      <span className="sr-only"> wait for a review</span>
    </span>
  )
}
