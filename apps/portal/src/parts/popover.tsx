import { Popover as Base } from '@base-ui/react/popover'
import type { ReactElement, ReactNode } from 'react'
import { floating } from './menu.tsx'

/** A button (`trigger`) that opens a small form or an explanation beside it. */
export function Popover(props: {
  trigger: ReactElement
  title: string
  children: ReactNode
  align?: 'start' | 'end'
  isOpen?: boolean
  onOpen?: (isOpen: boolean) => void
}) {
  const { trigger, title, children, align = 'start', isOpen, onOpen } = props
  return (
    <Base.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpen && { onOpenChange: (open: boolean) => onOpen(open) })}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-50">
          <Base.Popup className={`${floating} max-w-[min(24rem,calc(100vw-16px))] p-3 text-sm`}>
            <Base.Title className="sr-only">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
