import { useId, useMemo, useRef, useState } from 'react'
import { Popover } from '../../parts/popover.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { findSignals } from '../../rule-tree/find-signals.ts'
import { families, type SignalChoice } from '../../rule-tree/signal-choices.ts'
import { type UndeclaredChoice, undeclaredChoices } from '../../rule-tree/undeclared-choices.ts'
import { AboutSignal } from './about-signal.tsx'
import { useBuilder } from './builder-context.ts'
import { DeclareSignal } from './declare-signal.tsx'

const width = 'w-[min(22rem,calc(100vw-40px))]'

/** A button that shows a signal, or asks for one, and opens the search for another. */
export function SignalPicker({
  trigger,
  onPick,
  only,
  title = 'Choose a signal',
}: {
  trigger: React.ReactElement
  onPick: (signal: SignalChoice) => void
  only?: SignalChoice['type']
  title?: string
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover trigger={trigger} title={title} isOpen={isOpen} onOpen={setOpen}>
      <Search
        {...(only === undefined ? {} : { only })}
        onPick={(signal) => {
          setOpen(false)
          onPick(signal)
        }}
      />
    </Popover>
  )
}

function Search({ onPick, only }: { onPick: (signal: SignalChoice) => void; only?: SignalChoice['type'] }) {
  const { world, recent } = useBuilder()
  const [declaring, setDeclaring] = useState<UndeclaredChoice>()
  const [search, setSearch] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const undeclared = useMemo(() => undeclaredChoices(recent?.bySignal.values() ?? [], world.choices), [recent, world])
  const isYours = ({ family }: SignalChoice) => family === 'yours'
  const offered = [...world.choices.filter(isYours), ...undeclared, ...world.choices.filter((choice) => !isYours(choice))]
  const all = only === undefined ? offered : offered.filter(({ type }) => type === only)
  const found = findSignals(all, search)
  const chosen = found[Math.min(at, found.length - 1)]

  const pick = (signal: SignalChoice) => {
    const missing = undeclared.find((one) => one === signal)
    if (missing === undefined) onPick(signal)
    else setDeclaring(missing)
  }
  const go = (next: number) => {
    const place = Math.max(0, Math.min(found.length - 1, next))
    setAt(place)
    list.current?.querySelector(`[data-place="${place}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  if (declaring !== undefined)
    return (
      <div className={width}>
        <DeclareSignal signal={declaring} onDeclared={onPick} onBack={() => setDeclaring(undefined)} />
      </div>
    )
  return (
    <div className={width}>
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.name}`}
        aria-label="Search signals"
        placeholder="What should be looked at? “far away”, “new device” …"
        autoComplete="off"
        // biome-ignore lint/a11y/noAutofocus: the search is what the button was pressed for
        autoFocus
        value={search}
        onChange={(event) => {
          setSearch(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }
          const next = steps[event.key]
          if (next !== undefined) {
            event.preventDefault()
            go(next)
          } else if (event.key === 'Enter' && chosen !== undefined) {
            event.preventDefault()
            pick(chosen)
          }
        }}
        className="h-8 w-full rounded-md border border-line-strong bg-surface px-2.5 text-sm placeholder:text-soft"
      />
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Signals" className="mt-2 h-64 overflow-y-auto" tabIndex={-1}>
        {found.map((signal, place) => (
          <div key={signal.name}>
            {search === '' && signal.family !== found[place - 1]?.family && (
              <div role="presentation" className="px-2 pt-2 pb-1 text-xs font-medium text-soft">
                {families[signal.family]}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the search field */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the search field keeps the focus and names the active one */}
            <div
              role="option"
              id={`${id}-${signal.name}`}
              data-place={place}
              aria-selected={signal === chosen}
              onClick={() => pick(signal)}
              onMouseMove={() => setAt(place)}
              className={`cursor-default rounded-sm px-2 py-1 ${signal === chosen ? 'bg-hover' : ''}`}
            >
              <div className="text-sm">
                <UserText>{signal.label}</UserText>
              </div>
              <div className="font-mono text-xs text-soft">
                <UserText>{signal.name}</UserText>
              </div>
            </div>
          </div>
        ))}
        {found.length === 0 && <p className="px-2 py-6 text-center text-sm text-soft">No signal means this. Try another word for it.</p>}
      </div>
      <div className="mt-2 min-h-24 border-t pt-2 text-xs" aria-live="polite">
        {chosen && <AboutSignal signal={chosen} />}
      </div>
    </div>
  )
}
