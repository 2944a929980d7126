import { useAllCommands } from '../commands/use-commands.ts'
import { Dialog } from '../parts/dialog.tsx'

/** Every key that does something on this page. */
export function KeysDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const commands = useAllCommands().filter(({ keys }) => keys !== undefined)
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keys">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 text-sm">
        {commands.map(({ id, title, keys = '' }) => (
          <div key={id} className="col-span-2 grid min-h-8 grid-cols-subgrid items-center border-b last:border-b-0">
            <dt>
              {keys.split(' ').map((key) => (
                <kbd
                  key={key}
                  className="mr-1 inline-block min-w-6 rounded-sm border border-line-strong px-1.5 text-center font-mono text-xs"
                >
                  {key.replace('Ctrl+', 'Ctrl ')}
                </kbd>
              ))}
            </dt>
            <dd>{title}</dd>
          </div>
        ))}
        <div className="col-span-2 grid min-h-8 grid-cols-subgrid items-center">
          <dt>
            <kbd className="inline-block rounded-sm border border-line-strong px-1.5 font-mono text-xs">Esc</kbd>
          </dt>
          <dd>Close what is open</dd>
        </div>
      </dl>
    </Dialog>
  )
}
