import { useMutation } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { typeWords } from './data-type.ts'
import { exampleOf, guessType } from './guess-type.ts'
import type { Undeclared } from './undeclared.ts'
import { useDataPointsChanged, useLatestCustom } from './use-data-points.ts'

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
  const changed = useDataPointsChanged()
  const declare = useMutation({
    mutationFn: () => api.post('/custom-data-points', { body: { name: one.name, dataType, modelType: 'action' } }),
    onSuccess: async ({ id, name }) => {
      await changed()
      announce(`Rules can read custom.${name} from the next event on.`, () =>
        api.delete('/custom-data-points/{id}', { path: { id } }).then(changed),
      )
    },
  })
  return (
    <>
      <Button
        className="h-7 px-2 text-xs"
        isBusy={declare.isPending}
        aria-label={`Declare as ${typeWords[dataType]}: ${one.name}`}
        onClick={() => declare.mutate()}
      >
        Declare as {typeWords[dataType]}
      </Button>
      {declare.isError && <Problem what="It was not declared" error={declare.error} />}
    </>
  )
}
