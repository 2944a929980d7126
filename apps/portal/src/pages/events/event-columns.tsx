import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import type { Column } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { Country } from './country.tsx'
import type { ListedEvent } from './live-rows.ts'

type EventColumn = Column<ListedEvent> & { isUsual?: true }

/** Every column that there is, in the order in which they stand. */
export const eventColumns: readonly EventColumn[] = [
  { id: 'time', title: 'Time', width: '9.25rem', narrowWidth: '6rem', isUsual: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'state', title: 'State', width: '9.25rem', narrowWidth: '9rem', isUsual: true, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'sentence',
    title: 'Why',
    isUsual: true,
    isWideOnly: true,
    cell: ({ sentence }) => (
      <span className="line-clamp-1" title={sentence}>
        <Sentence>{sentence}</Sentence>
      </span>
    ),
  },
  { id: 'user', title: 'User', width: '9rem', isUsual: true, cell: ({ userId }) => <Text>{userId}</Text> },
  { id: 'action', title: 'Action', width: '8.5rem', isUsual: true, isWideOnly: true, cell: ({ action }) => <Text>{action}</Text> },
  {
    id: 'address',
    title: 'Address',
    width: '10.5rem',
    isUsual: true,
    isWideOnly: true,
    cell: ({ ipAddress, country }) =>
      ipAddress === undefined ? (
        <span className="text-soft">none sent</span>
      ) : (
        <span className="flex min-w-0 items-center gap-1.5">
          <Country code={country} />
          <Text>{ipAddress}</Text>
        </span>
      ),
  },
  {
    id: 'score',
    title: 'Score',
    width: '3.5rem',
    align: 'end',
    isUsual: true,
    isWideOnly: true,
    cell: ({ score }) => (score === undefined ? <span className="text-soft">?</span> : score.toLocaleString()),
  },
  { id: 'rule', title: 'Rule', width: '11rem', isWideOnly: true, cell: ({ rule }) => rule && <Text>{rule.name}</Text> },
  { id: 'device', title: 'Device', width: '9rem', isWideOnly: true, cell: ({ deviceId }) => deviceId && <Text>{deviceId}</Text> },
  {
    id: 'method',
    title: 'Method',
    width: '8rem',
    isWideOnly: true,
    cell: ({ verificationMethod }) => verificationMethod && <Text>{verificationMethod}</Text>,
  },
  { id: 'label', title: 'Known as', width: '5.5rem', isWideOnly: true, cell: ({ label }) => label && <Label value={label} /> },
  {
    id: 'disputed',
    title: 'Disputed',
    width: '9.5rem',
    isWideOnly: true,
    cell: ({ disputedAt }) => disputedAt && <Time at={disputedAt} />,
  },
  { id: 'key', title: 'Key', width: '9rem', isWideOnly: true, cell: ({ idempotencyKey }) => <Text>{idempotencyKey}</Text> },
]

export const usualColumns: readonly string[] = eventColumns.filter(({ isUsual }) => isUsual).map(({ id }) => id)

/** Beside a receipt there is room for little. */
const besideReceipt: readonly string[] = ['time', 'state', 'user']

export function columnsOf(chosen: readonly string[], hasReceipt: boolean): readonly EventColumn[] {
  const wanted = hasReceipt ? besideReceipt : chosen
  const found = eventColumns.filter(({ id }) => wanted.includes(id))
  // One column takes what is left.
  const isFluid = found.some(({ width }) => width === undefined)
  return isFluid ? found : found.map((column, place) => (place === found.length - 1 ? { ...column, width: 'auto' } : column))
}

function Text({ children }: { children: string }) {
  return (
    <span className="block truncate" title={children}>
      <UserText>{children}</UserText>
    </span>
  )
}

function Label({ value }: { value: 'good' | 'fraud' }) {
  return <span className={value === 'fraud' ? 'text-block' : 'text-allow'}>{value}</span>
}
