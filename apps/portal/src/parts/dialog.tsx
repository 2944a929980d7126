import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'
import { IconButton } from './button.tsx'

interface Props {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** Buttons at the foot, the main one last. */
  actions?: ReactNode
}

const veil = 'fixed inset-0 z-40 bg-veil'

/** A question in the middle of the page. Esc and the veil close it; never open one from another. */
export function Dialog({ isOpen, onClose, title, children, actions }: Props) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Base.Portal>
        <Base.Backdrop className={veil} />
        <Base.Popup className="fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] w-[min(32rem,calc(100vw-24px))] -translate-x-1/2 flex-col rounded-lg border bg-raised shadow-float outline-none">
          <Base.Title className="px-5 pt-4 text-lg font-semibold">{title}</Base.Title>
          <div className="overflow-y-auto px-5 py-3">{children}</div>
          {actions && <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

const sides = {
  left: 'left-0 w-[min(18rem,85vw)] border-r',
  right: 'right-0 w-[min(44rem,100vw)] border-l',
}

/** A page beside the page: what belongs to one thing of it. */
export function Sheet({ isOpen, onClose, title, children, actions, side = 'right' }: Props & { side?: keyof typeof sides }) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Base.Portal>
        <Base.Backdrop className={veil} />
        <Base.Popup className={`fixed inset-y-0 z-50 flex flex-col bg-raised shadow-float outline-none ${sides[side]}`}>
          <div className="flex items-center gap-2 border-b py-2 pr-2 pl-5">
            <Base.Title className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label="Close" />} />
          </div>
          <div className="flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {actions && <div className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
