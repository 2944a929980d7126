import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useCommands } from '../commands/use-commands.ts'

export interface Column<Row> {
  id: string
  title: string
  cell: (row: Row) => ReactNode
  /** The title is for assistive technology only: the cells say what they are. */
  isTitleHidden?: boolean
  /** Of the column, as CSS: `9rem`. Absent: what is left. */
  width?: string
  /** Of the column where the page is narrow. Absent: an equal share. */
  narrowWidth?: string
  align?: 'start' | 'end'
  /** Left out where the page is narrow (under 720 px). */
  isWideOnly?: boolean
}

interface Props<Row> {
  /** What the table is, for assistive technology: `Events`. */
  label: string
  rows: readonly Row[]
  rowId: (row: Row) => string
  columns: readonly Column<Row>[]
  /** The page of a row, with the same filters; its first cell is a link there, and a click anywhere in the row follows it. */
  href?: (row: Row) => string
  /** The row that is open beside the table. */
  openId?: string | undefined
}

/** From here on only the rows in sight are drawn; below, the browser's own search still finds every row. */
const virtualFrom = 200
const rowHeight = 33

/** Rows to read and open: a real table. `j` and `k` go down and up, Enter opens. The head stays in sight. */
export function Table<Row>({ label, rows, rowId, columns, href, openId }: Props<Row>) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [, navigate] = useLocation()
  const [top, setTop] = useState(0)
  useLayoutEffect(() => setTop((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: 20,
    scrollMargin: top,
    enabled: rows.length >= virtualFrom,
  })
  const items = rows.length < virtualFrom ? rows.map((_, index) => ({ index })) : virtual.getVirtualItems()
  const [first, last] = rows.length < virtualFrom ? [] : [virtual.getVirtualItems().at(0), virtual.getVirtualItems().at(-1)]
  const above = first === undefined ? 0 : first.start - top
  const below = last === undefined ? 0 : virtual.getTotalSize() - (last.end - top)

  useRowKeys(body, rows.length, (index) => {
    if (rows.length >= virtualFrom) virtual.scrollToIndex(index)
  })

  const follow = (row: Row, event: React.MouseEvent) => {
    if (href === undefined || (event.target as Element).closest('a, button, input, select, label') !== null) return
    // Somebody who marks a text to copy it wants to stay.
    if (window.getSelection()?.toString()) return
    if (event.ctrlKey || event.metaKey) window.open(`/portal${href(row)}`, '_blank', 'noopener')
    else navigate(href(row))
  }

  return (
    <table aria-label={label} aria-rowcount={rows.length + 1} className="w-full table-fixed border-collapse text-sm">
      <colgroup>
        {columns.map(({ id, width = 'auto', narrowWidth = 'auto', isWideOnly = false }) => (
          <col
            key={id}
            className={`w-(--narrow) narrow:w-(--wide) ${wideOnly(isWideOnly, 'narrow:table-column')}`}
            style={{ '--wide': width, '--narrow': narrowWidth } as CSSProperties}
          />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map(({ id, title, isTitleHidden = false, align, isWideOnly = false }) => (
            <th
              key={id}
              scope="col"
              className={`sticky top-12 z-10 h-8 border-b bg-paper px-2 font-medium text-soft first:pl-0 last:pr-0 ${align === 'end' ? 'text-right' : 'text-left'} ${wideOnly(isWideOnly)}`}
            >
              {isTitleHidden ? <span className="sr-only">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {above > 0 && <Space height={above} />}
        {items.map(({ index }) => {
          const row = rows[index]
          if (row === undefined) return null
          const isOpen = openId !== undefined && rowId(row) === openId
          return (
            <tr
              key={rowId(row)}
              ref={rows.length < virtualFrom ? undefined : virtual.measureElement}
              data-index={index}
              tabIndex={href === undefined ? -1 : undefined}
              aria-rowindex={index + 2}
              aria-current={isOpen || undefined}
              onClick={(event) => follow(row, event)}
              className={`h-8 border-b ${href === undefined ? '' : 'cursor-pointer hover:bg-hover'} ${isOpen ? 'bg-tint' : ''}`}
            >
              {columns.map(({ id, cell, align, isWideOnly = false }, place) => (
                <td key={id} className={`px-2 py-1 first:pl-0 last:pr-0 ${align === 'end' ? 'text-right' : ''} ${wideOnly(isWideOnly)}`}>
                  {place === 0 && href !== undefined ? (
                    <Link href={href(row)} className="font-medium hover:underline">
                      {cell(row)}
                    </Link>
                  ) : (
                    cell(row)
                  )}
                </td>
              ))}
            </tr>
          )
        })}
        {below > 0 && <Space height={below} />}
      </tbody>
    </table>
  )
}

function Space({ height }: { height: number }) {
  return (
    <tr>
      <td aria-hidden="true" style={{ height }} />
    </tr>
  )
}

function wideOnly(isWideOnly: boolean, shown = 'narrow:table-cell'): string {
  return isWideOnly ? `hidden ${shown}` : ''
}

/** `j` and `k` move the focus from row to row; Enter is the link's own. */
function useRowKeys(body: React.RefObject<HTMLTableSectionElement | null>, count: number, show: (index: number) => void): void {
  const move = (step: number) => {
    const focused = document.activeElement?.closest('tr')
    const at = focused && body.current?.contains(focused) ? Number(focused.dataset.index) : -1
    const next = Math.max(0, Math.min(count - 1, at + step))
    show(next)
    // A row out of sight is drawn with the next frame.
    if (!focusRow(body.current, next)) requestAnimationFrame(() => focusRow(body.current, next))
  }
  useCommands(
    count === 0
      ? []
      : [
          { id: 'row.next', title: 'Next row', keys: 'j', isHidden: true, run: () => move(1) },
          { id: 'row.previous', title: 'Row before', keys: 'k', isHidden: true, run: () => move(-1) },
        ],
  )
}

/** Whether the row was there. */
function focusRow(body: HTMLElement | null, index: number): boolean {
  const row = body?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)
  const target = row?.querySelector<HTMLElement>('a') ?? row
  target?.focus({ preventScroll: true })
  row?.scrollIntoView({ block: 'nearest' })
  return target !== undefined && target !== null
}
