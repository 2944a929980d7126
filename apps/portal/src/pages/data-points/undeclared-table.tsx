import { Link } from 'wouter'
import { Button } from '../../parts/button.tsx'
import { typeWords } from '../../parts/data-type.ts'
import { exampleOf, guessType } from '../../parts/guess-type.ts'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { useDeclareDataPoint } from '../../parts/use-declare-data-point.ts'
import { UserText } from '../../parts/user-text.tsx'
import type { Undeclared } from './undeclared.ts'
import { useLatestCustom } from './use-data-points.ts'

const columns: Column<Undeclared & { mayDeclare: boolean }>[] = [
  { id: 'name', title: 'Name', cell: ({ name }) => <UserText className="font-medium">{name}</UserText> },
  {
    id: 'with',
    title: 'Arrives with',
    width: '12rem',
    isWideOnly: true,
    cell: ({ actions }) => <UserText>{actions.join(', ')}</UserText>,
  },
  {
    id: 'count',
    title: 'Times',
    width: '6rem',
    align: 'end',
    isWideOnly: true,
    cell: ({ count, actions }) => (
      <Link href={`/events?action=${encodeURIComponent(actions.join(','))}`} className="hover:underline">
        {count.toLocaleString()}
      </Link>
    ),
  },
  { id: 'last', title: 'Last', width: '8rem', isWideOnly: true, cell: ({ lastAt }) => <Time at={lastAt} look="relative" /> },
  { id: 'example', title: 'Such as', width: '12rem', isWideOnly: true, cell: (one) => <Example one={one} /> },
  {
    id: 'do',
    title: 'What can be done',
    isTitleHidden: true,
    width: '12rem',
    narrowWidth: '11rem',
    align: 'end',
    cell: (one) => one.mayDeclare && <DeclareIt one={one} />,
  },
]

/** What arrives and is not declared, each with the button that declares it as what it looks like. */
export function UndeclaredTable({ undeclared, mayDeclare }: { undeclared: readonly Undeclared[]; mayDeclare: boolean }) {
  return (
    <Section title="Arrives undeclared">
      <Table
        label="Data that arrives undeclared"
        rows={undeclared.map((one) => ({ ...one, mayDeclare }))}
        rowId={({ name }) => name}
        columns={columns}
      />
    </Section>
  )
}

/** The value in the latest event of the action, if that had one. */
function useExample({ actions, name }: Undeclared): { isKnown: boolean; value: unknown } {
  const { data } = useLatestCustom(actions[0])
  return { isKnown: data !== undefined && Object.hasOwn(data, name), value: data?.[name] }
}

function Example({ one }: { one: Undeclared }) {
  const { isKnown, value } = useExample(one)
  return isKnown ? <UserText className="font-mono text-xs">{exampleOf(value)}</UserText> : <span className="text-soft">–</span>
}

function DeclareIt({ one }: { one: Undeclared }) {
  const { value } = useExample(one)
  const dataType = guessType(value)
  const declare = useDeclareDataPoint()
  return (
    <>
      <Button
        className="h-7 px-2 text-xs"
        isBusy={declare.isPending}
        aria-label={`Declare as ${typeWords[dataType]}: ${one.name}`}
        onClick={() => declare.mutate({ name: one.name, dataType })}
      >
        Declare as {typeWords[dataType]}
      </Button>
      {declare.isError && <Problem what="It was not declared" error={declare.error} />}
    </>
  )
}
