import { Link } from 'wouter'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { type Attention, groupAttention } from './attention.ts'

import type { Overview } from './overview.ts'

/** More of one kind are folded, so that the next kind is still seen. */
const mostOpen = 2

/** What somebody should look at, each with the page that fixes it. */
export function AttentionList({ attention }: { attention: Overview['attention'] }) {
  if (attention.length === 0)
    return <p className="py-2 text-sm text-soft">Nothing. Rules, data and reviews are as they should be in this time.</p>
  return (
    <ul className="text-sm">
      {groupAttention(attention).map(({ code, title, items }) => (
        <li key={code} className="border-b py-2 last:border-b-0">
          {items.length <= mostOpen ? (
            <>
              <Title>{title}</Title>
              <Items items={items} />
            </>
          ) : (
            <details className="group">
              <summary className="flex list-none items-start gap-2 rounded-sm">
                <Title>{title}</Title>
                <Icon name="right" className="mt-0.5 ml-auto text-soft group-open:rotate-90" />
              </summary>
              <Items items={items} />
            </details>
          )}
        </li>
      ))}
    </ul>
  )
}

function Title({ children }: { children: string }) {
  return (
    <h3 className="flex items-start gap-2 font-medium">
      <Icon name="warning" className="mt-0.5 text-challenge" />
      {children}
    </h3>
  )
}

function Items({ items }: { items: readonly Attention[] }) {
  const fixes = new Set(items.map(({ fix }) => fix?.href))
  return (
    <ul className="space-y-2 pl-6">
      {items.map(({ id, sentence, lastAt, fix, events }) => (
        <li key={id}>
          <p className="text-soft [overflow-wrap:anywhere]">
            <Sentence>{sentence}</Sentence>
            {lastAt !== undefined && (
              <>
                {' Last '}
                <Time at={lastAt} look="relative" />.
              </>
            )}
          </p>
          <p className="flex flex-wrap gap-x-3">
            {/* One page fixes them all: it is named once. */}
            {fix && (fixes.size > 1 || id === items.at(-1)?.id) && (
              <Link href={fix.href} className="text-accent hover:underline">
                <UserText>{fix.words}</UserText>
              </Link>
            )}
            {events !== undefined && (
              <Link href={events} className="text-accent hover:underline">
                Events
              </Link>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}
