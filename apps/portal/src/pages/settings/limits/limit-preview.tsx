import { type Column, Table } from '../../../parts/table.tsx'
import { type PreviewRow, previewRows } from './preview-rows.ts'
import type { Preview } from './use-preview.ts'

/** What limits mean: those in force, and beside them those that are proposed. */
export function LimitPreview({ now, proposed }: { now: Preview; proposed: Preview | undefined }) {
  const columns: Column<PreviewRow>[] = [
    { id: 'what', title: 'What it means', cell: ({ what }) => what },
    { id: 'now', title: 'Now', width: '12rem', narrowWidth: '5.5rem', align: 'end', cell: ({ of }) => of(now) },
    ...(proposed === undefined
      ? []
      : [
          {
            id: 'then',
            title: 'With your change',
            width: '12rem',
            narrowWidth: '5.5rem',
            align: 'end' as const,
            cell: ({ of }: PreviewRow) => <span className={of(now) === of(proposed) ? '' : 'font-semibold'}>{of(proposed)}</span>,
          },
        ]),
  ]
  return <Table label="What the limits mean" rows={previewRows(now)} rowId={({ id }) => id} columns={columns} />
}
