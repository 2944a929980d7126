import { Dialog as Base } from '@base-ui/react/dialog'
import { useId, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { findCommands } from '../commands/command.ts'
import { useAllCommands } from '../commands/use-commands.ts'
import { UserText } from '../parts/user-text.tsx'
import { useFoundPeople } from './use-found-people.ts'

interface Line {
  id: string
  title: string
  detail?: string | undefined
  keys?: string | undefined
  run: () => void
}

/** The box that goes anywhere: pages, commands, users and events, found by typing. */
export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Base.Popup className="fixed top-[10vh] left-1/2 z-50 w-[min(36rem,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-lg border bg-raised shadow-float outline-none">
          <Base.Title className="sr-only">Search, or run a command</Base.Title>
          <Search onClose={onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Search({ onClose }: { onClose: () => void }) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const [, navigate] = useLocation()
  const commands = useAllCommands().filter(({ isHidden }) => isHidden !== true)
  const people = useFoundPeople(text)
  const lines: Line[] = [
    ...findCommands(commands, text).slice(0, 12),
    ...people.map(({ href, ...person }) => ({ ...person, run: () => navigate(href) })),
  ]
  const choose = (line: Line | undefined) => {
    if (line === undefined) return
    onClose()
    line.run()
  }
  const move = (to: number) => {
    const next = Math.max(0, Math.min(lines.length - 1, to))
    setAt(next)
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }
    const to = moves[event.key]
    if (to !== undefined) {
      event.preventDefault()
      move(to)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      choose(lines[at])
    }
  }
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: whoever opens the box wants to type
        autoFocus
        role="combobox"
        aria-label="Search, or run a command"
        aria-expanded={lines.length > 0}
        aria-controls={id}
        aria-activedescendant={lines.length > 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder="A page, a command, a user …"
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-soft"
      />
      <div ref={list} id={id} role="listbox" aria-label="Found" className="max-h-[50vh] overflow-y-auto p-1 empty:hidden">
        {lines.map((line, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
          <div
            key={line.id}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            onClick={() => choose(line)}
            onMouseMove={() => setAt(place)}
            className={`flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-3 text-sm ${place === at ? 'bg-hover' : ''}`}
          >
            <span className="min-w-0 flex-1 truncate">
              <UserText>{line.title}</UserText>
            </span>
            {line.detail && (
              <span className="max-w-[50%] truncate text-xs text-soft">
                <UserText>{line.detail}</UserText>
              </span>
            )}
            {line.keys && <kbd className="font-mono text-xs text-soft">{line.keys}</kbd>}
          </div>
        ))}
      </div>
      {lines.length === 0 && (
        <p role="status" className="px-4 py-6 text-center text-sm text-soft">
          Nothing has this in its name.
        </p>
      )}
    </>
  )
}
