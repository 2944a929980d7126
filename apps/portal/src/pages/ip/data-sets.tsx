import type { Answer } from '../../api/api.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { Attribution } from './attribution.tsx'
import { ageWords, factNames } from './describe-address.ts'
import { type DataSet, remedyOf } from './remedy.ts'
import { SetState } from './set-state.tsx'

type Sets = Answer<'get', '/ip-sources'>['dataSets']

const columns: Column<DataSet>[] = [
  {
    id: 'name',
    title: 'Data set',
    width: '14rem',
    cell: ({ name, facts, state, ageDays }) => (
      <div className="py-1">
        <span className="font-medium">{name}</span>
        <span className="block text-xs text-soft">{facts.map((fact) => factNames[fact] ?? fact).join(', ')}</span>
        <span className="block text-xs text-soft narrow:hidden">{ageDays === undefined ? '' : `${ageWords(ageDays)} old`}</span>
        <span className="mt-1 block narrow:hidden">
          <SetState state={state} />
        </span>
      </div>
    ),
  },
  { id: 'state', title: 'State', width: '7rem', isWideOnly: true, cell: ({ state }) => <SetState state={state} /> },
  {
    id: 'age',
    title: 'Age',
    width: '9rem',
    isWideOnly: true,
    cell: ({ dataDate, ageDays, staleAfterDays, update }) =>
      ageDays === undefined ? (
        <span className="text-soft">–</span>
      ) : (
        <span title={dataDate === undefined ? undefined : `Data of ${dataDate}`}>
          {ageWords(ageDays)}
          <span className="block text-xs text-soft">stale after {ageWords(staleAfterDays)}</span>
          {update !== undefined && <LastTry of={update} />}
        </span>
      ),
  },
  {
    id: 'entries',
    title: 'Entries',
    width: '6rem',
    isWideOnly: true,
    align: 'end',
    cell: ({ entries }) => (entries === undefined ? <span className="text-soft">–</span> : entries.toLocaleString('en')),
  },
  {
    id: 'source',
    title: 'Source and attribution',
    cell: ({ source, licence, attribution }) => (
      <div className="py-1">
        <UserText>{source}</UserText>
        {licence !== undefined && <span className="text-soft"> · {licence}</span>}
        {attribution !== undefined && (
          <span className="block text-xs">
            <Attribution of={attribution} />
          </span>
        )}
      </div>
    ),
  },
  {
    id: 'remedy',
    title: 'What to do',
    isWideOnly: true,
    cell: (set) => <Remedy set={set} />,
  },
]

/** Every data set about addresses: how old it is, whether it counts, who publishes it, and what brings it up to date. */
export function DataSets({ dataSets }: { dataSets: Sets }) {
  const wanting = dataSets.filter((set) => remedyOf(set) !== undefined)
  return (
    <>
      <Table label="Data sets" rows={dataSets} rowId={({ name }) => name} columns={columns} />
      {wanting.length > 0 && (
        <ul className="mt-3 space-y-2 text-sm narrow:hidden" aria-label="What to do">
          {wanting.map((set) => (
            <li key={set.name}>
              <span className="font-medium">{set.name}</span>: <Remedy set={set} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function LastTry({ of: { lastTry, result, problem } }: { of: NonNullable<DataSet['update']> }) {
  const isGood = result === 'installed' || result === 'unchanged'
  return (
    <span className="block text-xs text-soft" title={problem}>
      {isGood ? 'checked' : 'not refreshed'} {lastTry.slice(0, 10)}
    </span>
  )
}

function Remedy({ set }: { set: DataSet }) {
  const remedy = remedyOf(set)
  if (remedy === undefined) return <span className="text-soft">nothing</span>
  return (
    <span>
      {remedy.why} {remedy.command !== undefined && <CopyId id={remedy.command} label="the command" />}
      {remedy.note !== undefined && <span className="text-soft"> {remedy.note}</span>}
    </span>
  )
}
