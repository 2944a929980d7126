import { methodTitle } from '../../../parts/method-words.ts'
import { type Column, Table } from '../../../parts/table.tsx'
import { useHref } from '../../../url/use-href.ts'
import { Lead } from '../lead.tsx'
import { describeMethods } from './describe-methods.ts'
import { MethodState } from './method-state.tsx'
import type { Method } from './use-methods.ts'

/** Every method there is: what it proves, and whether it works. */
export function MethodList({ methods }: { methods: readonly Method[] }) {
  const href = useHref()
  const columns: Column<Method>[] = [
    {
      id: 'name',
      title: 'Method',
      width: '13rem',
      cell: ({ verificationMethod }) => methodTitle(verificationMethod),
    },
    {
      id: 'state',
      title: 'State',
      width: '9rem',
      narrowWidth: '8.5rem',
      cell: ({ state }) => <MethodState state={state} />,
    },
    {
      id: 'assurance',
      title: 'What it proves',
      isWideOnly: true,
      cell: ({ assurance, gaps }) => (
        <>
          {assurance}
          {gaps.map(({ sentence, isBlocking }) => (
            <span key={sentence} className={`block text-xs ${isBlocking ? 'text-block' : 'text-soft'}`}>
              {sentence}
            </span>
          ))}
        </>
      ),
    },
  ]
  return (
    <>
      <Lead>{describeMethods(methods)}</Lead>
      <Table
        label="Verification methods"
        rows={methods}
        rowId={({ path }) => path}
        columns={columns}
        href={({ path }) => href({ method: path })}
      />
    </>
  )
}
