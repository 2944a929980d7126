import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../../parts/button.tsx'
import { FilterField } from '../../parts/filter-field.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from '../../url/event-id.ts'
import { groupSignals, type SignalGroup, type SignalLine } from './group-signals.ts'
import { type Receipt, receiptQuery } from './receipt.ts'

/** Every signal by family, with where it came from. What differs from the event before of the same user comes first. */
export function ReceiptSignals({ receipt }: { receipt: Receipt }) {
  const earlier = eventBefore(receipt)
  const { data: before } = useQuery({ ...receiptQuery(earlier ?? receipt), enabled: earlier !== undefined })
  const [wanted, setWanted] = useState('')
  const groups = useMemo(() => groupSignals(receipt, earlier === undefined ? undefined : before), [receipt, earlier, before])
  const names = useMemo(() => new Map(receipt.output.trace?.map(({ ruleId, name }) => [String(ruleId), String(name)])), [receipt])
  const changed = groups.reduce((sum, { lines }) => sum + lines.filter((line) => line.before !== undefined).length, 0)
  return (
    <Section title="Signals" aside={<FilterField label="Find a signal" value={wanted} onValue={setWanted} className="w-40" />}>
      <p className="mb-2 text-sm text-soft">
        {earlier === undefined ? (
          'No earlier event of this user stands near, to compare with.'
        ) : (
          <>
            {before === undefined
              ? 'Compared with'
              : changed === 0
                ? 'None differs from'
                : changed === 1
                  ? 'One differs from'
                  : `${changed} differ from`}{' '}
            <Link href={receiptHref(earlier)} className="text-accent underline">
              the event before
            </Link>{' '}
            of this user, <Time at={earlier.createdAt} look="relative" />.
          </>
        )}
      </p>
      {groups.map((group) => (
        <Group key={group.id} group={group} names={names} wanted={wanted.toLowerCase()} />
      ))}
    </Section>
  )
}

/** The nearest event before, of the same action where there is one. */
function eventBefore({ nearby, createdAt, action }: Receipt) {
  const before = nearby.user.filter((event) => event.createdAt < createdAt)
  return before.find((event) => event.action === action) ?? before[0]
}

const leastShown = 3

function Group({ group, names, wanted }: { group: SignalGroup; names: ReadonlyMap<string, string>; wanted: string }) {
  const [isWhole, setWhole] = useState(false)
  const fits = (line: SignalLine) => `${line.name} ${line.label} ${line.meaning ?? ''}`.toLowerCase().includes(wanted)
  const important = group.lines.filter(({ before, usedBy }) => before !== undefined || usedBy.length > 0).length
  const all = [...group.lines, ...group.silent]
  const shown = wanted !== '' ? all.filter(fits) : isWhole ? all : group.lines.slice(0, Math.max(leastShown, important))
  if (wanted !== '' && shown.length === 0) return null
  const more = all.length - shown.length
  return (
    <div className="mb-3">
      <h3 className="text-xs font-semibold text-soft">{group.title}</h3>
      <ul>
        {shown.map((line) => (
          <Line key={line.name} line={line} names={names} />
        ))}
      </ul>
      {wanted === '' && (more > 0 || isWhole) && all.length > leastShown && (
        <Button look="quiet" className="h-6! px-2! text-xs text-soft" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show ${more} more`}
          <span className="sr-only"> of {group.title}</span>
        </Button>
      )}
    </div>
  )
}

function Line({ line, names }: { line: SignalLine; names: ReadonlyMap<string, string> }) {
  const readers = line.usedBy.map((id) => names.get(id) ?? id)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)] gap-x-3 border-b py-1 text-sm">
      <span className="min-w-0" title={line.meaning}>
        <UserText>{line.label}</UserText>
        {line.label !== line.name && (
          <span className="block font-mono text-xs text-soft">
            <UserText>{line.name}</UserText>
          </span>
        )}
      </span>
      <span className="min-w-0">
        <span className={line.isMissing ? 'hatched rounded-sm px-1 text-unknown' : 'font-medium'}>
          <UserText>{line.value}</UserText>
        </span>
        {line.before !== undefined && (
          <span className="ml-2 rounded-sm bg-challenge-tint px-1 text-xs text-challenge">
            was <UserText>{line.before}</UserText>
          </span>
        )}
        <span className="block text-xs text-soft">
          {line.source}
          {readers.length > 0 && (
            <>
              {' · read by '}
              <UserText>{readers.join(', ')}</UserText>
            </>
          )}
        </span>
      </span>
    </li>
  )
}
