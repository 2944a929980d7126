import { Tabs as Base } from '@base-ui/react/tabs'
import { type ReactNode, useEffect, useRef } from 'react'

interface Tab<T extends string> {
  value: T
  label: ReactNode
  panel: ReactNode
}

/** Parts of a page of which one is shown. Keep `value` in the address (`useParam`). */
export function Tabs<T extends string>({
  label,
  value,
  onValue,
  tabs,
}: {
  label: string
  value: T
  onValue: (value: T) => void
  tabs: readonly Tab<T>[]
}) {
  const list = useRef<HTMLDivElement>(null)
  // Where the page is narrow the list scrolls; the page itself stays where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab may be out of sight
  useEffect(() => {
    const tab = list.current?.querySelector('[aria-selected=true]')?.getBoundingClientRect()
    const room = list.current?.getBoundingClientRect()
    if (list.current === null || tab === undefined || room === undefined) return
    if (tab.right > room.right) list.current.scrollLeft += tab.right - room.right
    if (tab.left < room.left) list.current.scrollLeft -= room.left - tab.left
  }, [value])
  return (
    <Base.Root value={value} onValueChange={(next) => onValue(next as T)}>
      <Base.List ref={list} aria-label={label} className="mb-4 flex gap-1 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px h-9 border-b-2 border-transparent px-3 text-sm font-medium whitespace-nowrap text-soft hover:text-ink data-active:border-accent data-active:text-ink"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value}>
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
