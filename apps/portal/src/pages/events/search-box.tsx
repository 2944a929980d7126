import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useId, useRef, useState } from 'react'
import { api } from '../../api/api.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Chip } from '../../parts/chip.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { chipsOf, withoutChip } from './event-filters.ts'
import { type Suggestion, suggestSearch } from './suggest-search.ts'
import type { EventSearch } from './use-event-search.ts'

/** The box that understands ids, addresses, names and times; below it, what it understood. */
export function SearchBox({ search }: { search: EventSearch }) {
  const { filters, setFilters, ruleNames, told } = search
  const chips = chipsOf(filters, ruleNames)
  return (
    <search className="mb-3 block space-y-2">
      <Box search={search} />
      {told.problems.length > 0 && (
        <ul role="alert" className="space-y-1 border-l-2 border-challenge pl-3 text-sm">
          {told.problems.map(({ part, says }) => (
            <li key={`${part} ${says}`}>
              <span className="font-mono text-xs">
                <UserText>{part}</UserText>
              </span>
              {' – '}
              <Sentence>{says}</Sentence>
            </li>
          ))}
        </ul>
      )}
      {told.notes.map((note) => (
        <p key={note} role="status" className="border-l-2 pl-3 text-sm text-soft">
          <Sentence>{note}</Sentence>
        </p>
      ))}
      {chips.length > 0 && (
        <ul aria-label="The search" className="flex flex-wrap items-center gap-1.5">
          {chips.map((chip) => (
            <li key={`${chip.name} ${chip.value}`} className="max-w-full">
              <Chip onRemove={() => setFilters(withoutChip(filters, chip))} removeLabel={`Remove: ${chip.words}`}>
                <UserText>{chip.words}</UserText>
              </Chip>
            </li>
          ))}
          {chips.length > 1 && (
            <li>
              <Button look="quiet" className="h-6! px-2! text-xs" onClick={() => setFilters({})}>
                Remove all
              </Button>
            </li>
          )}
        </ul>
      )}
    </search>
  )
}

function Box({ search: { box, setBox, submit, vocabulary } }: { search: EventSearch }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const people = useFoundUsers(box)
  const lines = isOpen ? [...suggestSearch(box, vocabulary), ...people] : []
  useCommands([{ id: 'events.search', title: 'Search these events', keys: 'f', run: () => input.current?.focus() }])
  const close = () => {
    setOpen(false)
    setAt(-1)
  }
  const take = ({ text }: Suggestion) => {
    setAt(-1)
    // A field waits for its value.
    if (text.endsWith(':')) setBox(text)
    else {
      close()
      submit(text)
    }
    input.current?.focus()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      setAt(Math.max(-1, Math.min(lines.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1))))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const line = lines[at]
      if (line !== undefined) return take(line)
      close()
      if (box.trim() !== '') submit(box)
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault()
      close()
    }
  }
  return (
    <div className="relative">
      <Icon name="search" className="absolute top-2.5 left-3 text-soft" />
      <input
        ref={input}
        role="combobox"
        aria-label="Search the events"
        aria-autocomplete="list"
        aria-expanded={lines.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={box}
        placeholder="A user, e-mail, address, rule, state, action or time: user:42 state:challenge last 3 h"
        onChange={(event) => {
          setBox(event.target.value)
          setOpen(true)
          setAt(-1)
        }}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onBlur={close}
        onKeyDown={onKeyDown}
        className="h-9 w-full rounded-md border border-line-strong bg-surface pr-3 pl-9 text-sm placeholder:text-soft hover:border-ink"
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Ways to go on"
        className="absolute top-10 right-0 left-0 z-30 max-h-[60vh] overflow-y-auto rounded-lg border bg-raised p-1 shadow-float empty:hidden"
      >
        {lines.map((line, place) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
          <div
            key={`${line.text} ${line.says}`}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(line)}
            onMouseMove={() => setAt(place)}
            className={`flex min-h-8 cursor-pointer items-center gap-3 rounded-sm px-2.5 text-sm ${place === at ? 'bg-hover' : ''}`}
          >
            <span className="min-w-0 flex-1 basis-1/2 truncate font-mono text-xs narrow:max-w-88">
              <UserText>{line.text}</UserText>
            </span>
            <span className="min-w-0 flex-1 basis-1/2 truncate text-xs text-soft">
              <UserText>{line.says}</UserText>
            </span>
          </div>
        ))}
      </div>
    </div>
  )
}

/** Users whose id, e-mail, phone number or name begins with the last word. */
function useFoundUsers(box: string): Suggestion[] {
  const deferred = useDeferredValue(box)
  const [, before = '', word = ''] = /^(.*?)(?:user:)?([^\s":]*)$/i.exec(deferred) ?? []
  const isWanted = word.length >= 3
  const { data } = useQuery({
    queryKey: ['events', 'found users', word],
    queryFn: ({ signal }) => api.get('/users', { query: { text: word, limit: 4 }, signal }),
    enabled: isWanted,
  })
  if (!isWanted || data === undefined) return []
  return data.users
    .filter(({ userId }) => !userId.includes('"'))
    .map(({ userId, email, displayName }) => ({
      text: `${before}user:${/^[\w.@-]+$/.test(userId) ? userId : `"${userId}"`}`,
      says: [displayName, email].filter(Boolean).join(', ') || 'a user',
    }))
}
