import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { CodeBlock } from './code-block.tsx'
import { Dialog } from './dialog.tsx'

/** A secret that was just made. It is not kept in the browser: after the dialog it is gone. */
export function ShownOnce({
  secret,
  title,
  what,
  onClose,
  children,
}: {
  secret: string | undefined
  title: string
  /** `the key` */
  what: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Dialog
      isOpen={secret !== undefined}
      onClose={onClose}
      title={title}
      actions={
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="space-y-3">
        <div>{children}</div>
        {secret !== undefined && <CodeBlock title="Shown only now" code={secret} label={what} />}
      </div>
    </Dialog>
  )
}
