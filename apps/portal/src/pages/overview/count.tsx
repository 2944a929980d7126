import { Link } from 'wouter'
import { eventsHref } from '../../url/events-href.ts'

/** A number of the API that leads to the events behind it. */
export function Count({
  of: { count, filter, isAtLeast = false },
}: {
  of: { count: number; filter: Record<string, string>; isAtLeast?: boolean }
}) {
  return (
    <Link href={eventsHref(filter)} className="font-medium hover:underline">
      {count.toLocaleString()}
      {isAtLeast && ' or more'}
    </Link>
  )
}
