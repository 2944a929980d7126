import { CopyId } from '../../parts/copy-id.tsx'
import { typeWords } from '../../parts/data-type.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { useHref } from '../../url/use-href.ts'
import { requiredBy } from './required-by.ts'
import type { Action, DataPoint } from './use-data-points.ts'

/** How rules write the name. */
export function readAs({ name, modelType }: Pick<DataPoint, 'name' | 'modelType'>): string {
  return modelType === 'user' ? `user.custom.${name}` : `custom.${name}`
}

export function DeclaredTable({ points, actions, openId }: { points: readonly DataPoint[]; actions: readonly Action[]; openId: string }) {
  const href = useHref()
  const columns: Column<DataPoint>[] = [
    { id: 'name', title: 'Name', cell: ({ name }) => <UserText>{name}</UserText> },
    { id: 'type', title: 'Type', width: '7rem', narrowWidth: '5rem', cell: ({ dataType }) => typeWords[dataType] },
    {
      id: 'of',
      title: 'Of',
      width: '6rem',
      narrowWidth: '5rem',
      cell: ({ modelType }) => (modelType === 'user' ? 'the user' : 'the event'),
    },
    {
      id: 'required',
      title: 'Required by',
      width: '14rem',
      isWideOnly: true,
      cell: ({ name, modelType }) => {
        const by = modelType === 'action' ? requiredBy(name, actions) : []
        return by.length === 0 ? <span className="text-soft">–</span> : <UserText>{by.join(', ')}</UserText>
      },
    },
    {
      id: 'read',
      title: 'Rules read it as',
      width: '18rem',
      isWideOnly: true,
      cell: (point) => <CopyId id={readAs(point)} label="the name in rules" />,
    },
  ]
  return (
    <Table
      label="Declared data points"
      rows={[...points].sort((a, b) => a.name.localeCompare(b.name))}
      rowId={({ id }) => id}
      columns={columns}
      href={({ id }) => href({ open: id })}
      openId={openId}
    />
  )
}
