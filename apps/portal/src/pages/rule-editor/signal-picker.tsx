import { useId, useRef, useState } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { findSignals } from '../../rule-tree/find-signals.ts'
import { shareWords, unknownWords } from '../../rule-tree/recent-values.ts'
import { families, type SignalChoice } from '../../rule-tree/signal-choices.ts'
import { useBuilder } from './builder-context.ts'

const typeWords: Record<SignalChoice['type'], string> = { boolean: 'yes or no', number: 'number', text: 'text', texts: 'several texts' }

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
  const { world } = useBuilder()
  const [search, setSearch] = useState('')
  const [at, setAt] = useState(0)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const all = only === undefined ? world.choices : world.choices.filter(({ type }) => type === only)
  const found = findSignals(all, search)
  const chosen = found[Math.min(at, found.length - 1)]

  const go = (next: number) => {
    const place = Math.max(0, Math.min(found.length - 1, next))
    setAt(place)
    list.current?.querySelector(`[data-place="${place}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  return (
    <div className="w-[min(23rem,calc(100vw-40px))]">
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
            onPick(chosen)
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
              onClick={() => onPick(signal)}
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
        {chosen && <About signal={chosen} />}
      </div>
    </div>
  )
}

/** What a signal is, and what it had lately. */
function About({ signal }: { signal: SignalChoice }) {
  const { recent } = useBuilder()
  const had = recent?.bySignal.get(signal.name)
  const example = signal.example === undefined ? '' : `, such as ${[signal.example].flat().join(', ')}`
  return (
    <div className="space-y-1">
      <p>
        <UserText>{`${signal.meaning.charAt(0).toUpperCase()}${signal.meaning.slice(1)}.`}</UserText>
      </p>
      <p className="text-soft">
        {typeWords[signal.type]}
        {signal.unit ? ` of ${signal.unit}` : ''}
        {example}
      </p>
      {had !== undefined && had.known > 0 && (
        <p className="flex items-start gap-1">
          <Icon name="overview" className="mt-0.5 size-3 text-soft" />
          <span>
            {had.numbers !== undefined && had.distinct > 5
              ? `Lately ${format(had.numbers.min)} to ${format(had.numbers.max)}, half of them up to ${format(had.numbers.quantiles.find(({ share }) => share === 0.5)?.value ?? 0)}.`
              : had.values.slice(0, 3).map(({ value, count }, place) => (
                  <span key={String(value)}>
                    {place > 0 && ', '}
                    <UserText>{value === true ? 'yes' : value === false ? 'no' : String(value)}</UserText> {shareWords(count, had.known)}
                  </span>
                ))}{' '}
            {unknownWords(had)}
          </span>
        </p>
      )}
      {had !== undefined && had.known === 0 && <p className="text-soft">It had no value in your latest events.</p>}
    </div>
  )
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 4 })
}
