import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { Attribution } from './attribution.tsx'
import { type AddressFacts, ageWords, factNames, factWords } from './describe-address.ts'

type Piece = AddressFacts['evidence'][number]

const columns: Column<Piece>[] = [
  {
    id: 'fact',
    title: 'Fact',
    width: '9rem',
    narrowWidth: '6.5rem',
    cell: ({ fact }) => factNames[fact] ?? fact,
  },
  {
    id: 'value',
    title: 'Says',
    cell: ({ fact, value, note, dataSet }) => (
      <>
        <UserText className="font-medium">{factWords(fact, value)}</UserText>
        <span className="text-xs text-soft narrow:hidden"> · {dataSet}</span>
        {note !== undefined && (
          <span className="block text-xs text-soft">
            <UserText>{note}</UserText>
          </span>
        )}
      </>
    ),
  },
  { id: 'set', title: 'Data set', width: '6.5rem', isWideOnly: true, cell: ({ dataSet }) => dataSet },
  {
    id: 'age',
    title: 'Age',
    width: '7rem',
    narrowWidth: '5rem',
    cell: ({ dataDate, ageDays, state }) => (
      <span title={`Data of ${dataDate}`}>
        {ageDays === undefined ? 'does not age' : ageWords(ageDays)}
        {state === 'stale' && <span className="block text-xs text-challenge">stale</span>}
      </span>
    ),
  },
]

/** What each data set says, also what another one overrules. */
export function Evidence({ facts: { evidence } }: { facts: AddressFacts }) {
  if (evidence.length === 0) return <p className="text-soft">No data set says anything about this address.</p>
  const attributions = [...new Map(evidence.flatMap(({ attribution }) => (attribution ? [[attribution.text, attribution]] : []))).values()]
  return (
    <>
      <Table
        label="What each data set says"
        rows={evidence}
        rowId={({ fact, dataSet, value, note }) => [fact, dataSet, value, note].join(' ')}
        columns={columns}
      />
      {attributions.length > 0 && (
        <ul className="mt-2 text-xs text-soft">
          {attributions.map((attribution) => (
            <li key={attribution.text}>
              <Attribution of={attribution} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
