import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Link } from 'wouter'

/** A line of a menu: what it does, or where it leads. `isChosen` makes it one of a choice. */
export interface MenuItem {
  label: ReactNode
  onChoose?: () => void
  /** A page of the portal. */
  href?: string
  isChosen?: boolean
  isDanger?: boolean
  disabled?: boolean
}

export const floating = 'z-50 rounded-lg border bg-raised shadow-float outline-none'
const line =
  'flex min-h-8 w-full cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-disabled:opacity-50 data-highlighted:bg-hover'

/** A button (`trigger`) that opens a list of things to do. `groups` stand apart by a line. */
export function Menu({
  trigger,
  groups,
  align = 'end',
  head,
}: {
  trigger: ReactElement
  groups: readonly (readonly MenuItem[])[]
  align?: 'start' | 'end'
  head?: ReactNode
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className={`${floating} min-w-44 p-1`}>
            {head && <div className="mb-1 border-b px-2 pt-1 pb-2 text-sm">{head}</div>}
            {groups.map((items, place) => (
              <div key={place} className={place > 0 ? 'mt-1 border-t pt-1' : ''}>
                {items.map((item, at) => (
                  <Line key={at} item={item} />
                ))}
              </div>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Line({ item: { label, onChoose, href, isChosen, isDanger = false, disabled } }: { item: MenuItem }) {
  const className = `${line} ${isDanger ? 'text-block' : ''}`
  if (href !== undefined)
    return (
      <Base.LinkItem render={<Link href={href} />} className={className}>
        {label}
      </Base.LinkItem>
    )
  if (isChosen !== undefined) {
    return (
      <Base.CheckboxItem checked={isChosen} onClick={onChoose} closeOnClick disabled={disabled} className={className}>
        <span aria-hidden="true" className="w-3">
          {isChosen ? '✓' : ''}
        </span>
        {label}
      </Base.CheckboxItem>
    )
  }
  // Base UI has no `onSelect` here: it would never be called.
  return (
    <Base.Item onClick={onChoose} disabled={disabled} className={className}>
      {label}
    </Base.Item>
  )
}
